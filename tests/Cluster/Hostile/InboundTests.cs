using FireAndForget.Dispatching;
using FireAndForget.Orleans.Links;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>
/// Frames that are whole and lie: about numbers, names, sessions and settlements. Nothing hangs or is counted wrong, and what is
/// refused is refused with words.
/// </summary>
public sealed class InboundTests : IAsyncDisposable
{
    private readonly List<byte> _got = [];
    private readonly ReceivingHost _host;
    private uint _session = 2;

    public InboundTests() => _host = Receiving();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Receive_MessagesOfASenderWithoutAName_AreUndeliverableAndTheOthersArrive()
    {
        await _host.ReceiveAsync(
            new WireFrame()
                .Names()
                .RunOf(1, 1, 3, [.. WireFrame.Entry(1, [1]), .. WireFrame.Entry(99, [2]), .. WireFrame.Entry(1, [3])])
        );

        Ended ended = Assert.Single(await _host.SettledAsync(key: 1, through: 3));
        Assert.Equal((2, Outcome.Undeliverable), (ended.Number, ended.Outcome));
        Assert.Contains("99", ended.Reason, StringComparison.Ordinal);
        Assert.Equal([1, 3], _got);
    }

    [Fact]
    public async Task Receive_SenderThatIsNotOnThatSilo_IsUndeliverable()
    {
        await _host.ReceiveAsync(
            new WireFrame().Names().Name(2, NameKind.Sender, "someone/elses").Run(1, 1, 2, [1]).Run(1, 2, 1, [2])
        );

        Ended ended = Assert.Single(await _host.SettledAsync(key: 1, through: 2));
        Assert.Equal((1, Outcome.Undeliverable), (ended.Number, ended.Outcome));
        Assert.Contains("'someone/elses' is not on the host", ended.Reason, StringComparison.Ordinal);
        Assert.Equal([2], _got);
    }

    [Fact]
    public async Task Receive_TargetOrTopicWithoutAName_IsRefusedAndWhatCameBeforeArrives()
    {
        await RefusesAsync(new WireFrame().Names().Run(1, 1, 1, [1]).Run(7, 1, 1, [2]), "target 7");
        await RefusesAsync(new WireFrame { Number = 1 }.Name(5, NameKind.Topic, "news"), "sender 5");
        await RefusesAsync(new WireFrame { Number = 2 }.Name(1, NameKind.Target, "another"), "was 'target'");

        await AssertArrivedAsync([1], through: 1);
    }

    [Fact]
    public async Task Receive_MessagesThatCameBefore_AreNotTakenAgain()
    {
        await _host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 1, [1], [2], [3], [4]));

        await _host.ReceiveAsync(new WireFrame { Number = 1 }.Run(1, 1, 1, [1], [2]));
        await _host.ReceiveAsync(new WireFrame { Number = 2 }.Run(1, 3, 1, [3], [4], [5]));
        await _host.ReceiveAsync(new WireFrame { Number = 1 }.Run(1, 6, 1, [99]));

        await AssertArrivedAsync([1, 2, 3, 4, 5], through: 5);
        Assert.Equal(5, _host.Inbound.Accepted);
    }

    [Fact]
    public async Task Receive_NumbersWithAGap_AreRefused()
    {
        await _host.ReceiveAsync(new WireFrame().Names().Run(1, 10, 1, [1]));

        await RefusesAsync(new WireFrame { Number = 1 }.Run(1, 12, 1, [3]), "Message 12");
        await RefusesAsync(
            new WireFrame { Number = 2 }.Run(1, long.MaxValue - 1, 1, [3]),
            "Message 9223372036854775806"
        );
        await _host.ReceiveAsync(new WireFrame { Number = 3 }.Run(1, 11, 1, [2]));

        await AssertArrivedAsync([1, 2], through: 11);
    }

    [Fact]
    public async Task Receive_FramesFarAheadOrTwice_AreRefusedAndTheOthersGoOn()
    {
        Task early = _host.ReceiveAsync(new WireFrame { Number = 1 }.Run(1, 2, 1, [2]));

        await RefusesAsync(new WireFrame { Number = 1 }.Run(1, 2, 1, [99]), "frame 1 came twice");
        await RefusesAsync(new WireFrame { Number = 65 }, "frame 65");
        await RefusesAsync(new WireFrame { Number = ulong.MaxValue }, "frame 18446744073709551615");
        Assert.False(early.IsCompleted);
        await _host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 1, [1]));
        await early;

        await AssertArrivedAsync([1, 2], through: 2);
    }

    [Fact]
    public async Task Receive_EarlyFrameThatIsWrong_FailsByItself()
    {
        Task early = _host.ReceiveAsync(new WireFrame { Number = 1 }.Run(7, 1, 1, [2]));

        await _host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 1, [1]));

        await Assert.ThrowsAsync<InvalidDataException>(() => early);
        Assert.Empty(await _host.SettledAsync(key: 1, through: 1));
    }

    [Fact]
    public async Task Receive_SessionsAndSettlementsThatNeverWere_AreRefused()
    {
        await RefusesAsync(
            new WireFrame { Session = 2 }
                .Names()
                .Run(1, 1, 1, [1]),
            "session 2"
        );
        await RefusesAsync(
            new WireFrame { SettledThrough = 1 }
                .Names()
                .Run(1, 1, 1, [1]),
            "settlement 1"
        );
        Assert.Throws<InvalidDataException>(() => _host.Inbound.Resume(2, settledThrough: 5));
        Assert.Empty(_host.Inbound.Resume(2, settledThrough: 0).Next);
        Assert.Throws<InvalidOperationException>(() => _host.Inbound.Resume(2, settledThrough: 0));
        // One of a session before is answered as if it had arrived: what is in it comes again.
        await _host.ReceiveAsync(
            new WireFrame { Session = 1 }
                .Names()
                .Run(1, 1, 1, [99])
        );
        await _host.ReceiveAsync(
            new WireFrame { Session = 2 }
                .Names()
                .Run(1, 1, 1, [1])
        );

        await AssertArrivedAsync([1], through: 1);
    }

    [Fact]
    public async Task Receive_MoreThanAnOutboxHolds_IsRefusedUntilThereIsRoom()
    {
        await using ReceivingHost host = Receiving(most: 4096, mailbox: 2);
        await host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 1, [1], [2], [3], [4]));

        await host.ReceiveAsync(new WireFrame { Number = 1 }.Run(1, 5, 1, new byte[2048]));
        await RefusesAsync(new WireFrame { Number = 2 }.Run(1, 6, 1, new byte[2048]), "'target'", host);
        // Nor by another outbox for the same receiver.
        await host.ReceiveAsync(
            new WireFrame { Number = 3 }
                .Name(2, NameKind.Target, "target")
                .Run(2, 1, 1, [1])
        );
        await RefusesAsync(new WireFrame { Number = 4 }.Run(2, 2, 1, new byte[2048]), "'target'", host);

        Assert.Empty(await host.SettledAsync(key: 1, through: 5));
        await host.ReceiveAsync(new WireFrame { Number = 5 }.Run(1, 6, 1, new byte[2048]));
        Assert.Empty(await host.SettledAsync(key: 1, through: 6));
        Assert.Equal(7, host.Inbound.Accepted);
    }

    [Fact]
    public async Task Receive_ManyKeysForOneTarget_AreForgottenWhenAllIsSettled()
    {
        const uint Count = 500;
        for (uint key = 1; key <= Count; key++)
        {
            await _host.ReceiveAsync(
                new WireFrame { Number = key - 1 }
                    .Names(target: key)
                    .Run(key, 1, 1, [(byte)key])
            );
            await _host.SettledAsync(key, through: 1);
        }

        LinkState state = _host.Inbound.Resume(2, settledThrough: 0);

        Assert.InRange(state.Next.Count, 1, 150);
        Assert.Equal(2, state.Next[Count]);
        Assert.Equal((int)Count, _got.Count);
    }

    [Fact]
    public async Task Receive_ManyIdsThatAreNotHere_AreForgottenWhenAllIsSettled()
    {
        const uint Count = 500;
        for (uint key = 1; key <= Count; key++)
        {
            await _host.ReceiveAsync(
                new WireFrame { Number = key - 1, SettledThrough = _host.LastTold }
                    .Name(1, NameKind.Sender, "sender")
                    .Name(key, NameKind.Target, $"gone/{key}")
                    .Run(key, 1, 1, [0])
            );
            Ended ended = Assert.Single(await _host.SettledAsync(key, through: 1));
            Assert.Contains("nothing is registered", ended.Reason, StringComparison.Ordinal);
        }

        Assert.InRange(_host.Inbound.Resume(2, settledThrough: 0).Next.Count, 1, 150);
    }

    [Fact]
    public async Task Receive_SettlementsAreNeverConfirmed_NoMoreFramesAreTaken()
    {
        const int AnswerBytes = 16_384;
        const int Most = 100 * AnswerBytes;
        await using ReceivingHost host = Receiving(Most);
        host.Host.AddEndpoint("answerer", answering: _ => Answer.Of(new byte[AnswerBytes]));
        host.IsDeaf = true;
        await host.ReceiveAsync(
            new WireFrame().Name(1, NameKind.Sender, "sender").Name(1, NameKind.Target, "answerer")
        );
        Exception? refusal = null;
        ulong number = 0;
        while (refusal is null && ++number < 1_000)
        {
            WireFrame frame = new() { Number = number };
            frame.RunOf(1, (long)number, 1, WireFrame.Entry(1, MessageExtras.Request, "", [0]));
            refusal = await Record.ExceptionAsync(() => host.ReceiveAsync(frame));
            host.Host.Pump();
        }

        Assert.Contains(
            "were not confirmed",
            Assert.IsType<InvalidDataException>(refusal).Message,
            StringComparison.Ordinal
        );
        Assert.InRange(host.Inbound.Accepted, 64, 110);
        // With the next frame all of them are.
        await host.ReceiveAsync(new() { Number = number, SettledThrough = 90 });
    }

    [Fact]
    public async Task Settle_MoreAnswersThanFitIntoACall_AreToldInSeveral()
    {
        const int Count = 40;
        _host.IsDeaf = true;
        _host.Host.AddEndpoint(
            "answerer",
            options: new() { Mailbox = new() { Messages = Count } },
            answering: _ => Answer.Of(new byte[1 << 20])
        );
        byte[] requests =
        [
            .. Enumerable.Range(0, Count).SelectMany(_ => WireFrame.Entry(1, MessageExtras.Request, "", [0])),
        ];
        await _host.ReceiveAsync(
            new WireFrame()
                .Name(1, NameKind.Sender, "sender")
                .Name(1, NameKind.Target, "answerer")
                .RunOf(1, 1, Count, requests)
        );
        _host.Host.Pump();
        // The other silo is not reached until the link begins anew.
        await TestCluster.UntilAsync(() => Unconfirmed() >= 16);

        int Unconfirmed() => _host.Inbound.Resume(_session++, settledThrough: 0).Settlements.Count;
        List<byte[]> resumed = _host.Inbound.Resume(_session++, settledThrough: 0).Settlements;
        Assert.All(resumed, settlement => Assert.InRange(settlement.Length, 1 << 20, 3 << 20));
        Assert.InRange(resumed.Sum(settlement => (long)settlement.Length), 16 << 20, 20 << 20);

        _host.IsDeaf = false;
        Ended[] ended = await _host.SettledAsync(key: 1, through: Count);
        Assert.Equal(Enumerable.Range(1, Count), ended.Select(one => (int)one.Number).Distinct());
    }

    [Fact]
    public async Task EndedOtherwise_SenderThatWasOnAnotherSiloAndIsHere_KeepsNothing()
    {
        const int Count = 5_000;
        await _host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 1, [7]));
        Ended ended = Assert.Single(await _host.SettledAsync(key: 1, through: 1));
        Assert.Equal(Outcome.Trapped, ended.Outcome);
        MessagingEndpoint here = _host.Host.AddEndpoint("here");
        Assert.True(_host.Host.Parts.Registry.TryGet("target", out Participant? target));
        ReceiverWatch watch = Assert.IsType<ReceiverWatch>(((Receiver)target.Target).Watcher);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(SendStatus.Accepted, here.Send("target", [7]));
            _host.Host.Pump();
            if (i % 100 == 0)
            {
                // What comes from the other silo meanwhile has its outcome.
                int number = 2 + (i / 100);
                await _host.ReceiveAsync(new WireFrame { Number = (ulong)number - 1 }.Run(1, number, 1, [7]));
                Assert.Equal(number, (await _host.SettledAsync(key: 1, number))[^1].Number);
            }
        }

        await TestCluster.UntilAsync(
            () =>
            {
                here.Send("target", [1]);
                _host.Host.Pump();
                return watch.Count < 200;
            },
            () => $"{watch.Count} are kept"
        );
    }

    private ReceivingHost Receiving(long most = 256 << 20, int mailbox = 1024)
    {
        ReceivingHost host = new(most);
        host.Host.AddEndpoint(
            "target",
            message =>
            {
                _got.Add(message.Bytes[0]);
                if (message.Bytes[0] == 7)
                {
                    throw new InvalidOperationException("seven");
                }
            },
            new() { Mailbox = new() { Messages = mailbox } }
        );
        return host;
    }

    /// <summary>What came for the target, as all that came up to a number was handled.</summary>
    private async Task AssertArrivedAsync(byte[] got, long through)
    {
        Assert.Empty(await _host.SettledAsync(key: 1, through));
        Assert.Equal(got, _got);
    }

    private async Task RefusesAsync(WireFrame frame, string says, ReceivingHost? by = null)
    {
        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(() =>
            (by ?? _host).ReceiveAsync(frame)
        );
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }
}
