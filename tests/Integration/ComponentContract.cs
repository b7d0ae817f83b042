using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What components do that both runtimes can run: each has to answer the same.</summary>
public abstract partial class ComponentContract(GuestRuntime runtime)
{
    private static readonly byte[] Trap = [0xFF];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_FromManySenders_EachKeepsItsOrder(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        ComponentOptions roomy = new()
        {
            SendsTo = ["*"],
            Mailbox = new() { Messages = 10_000 },
        };
        Component mirror = host.Add("mirror", TestFiles.CMirror, roomy);
        Inbox[] inboxes = new Inbox[3];
        MessagingEndpoint[] clients =
        [
            .. Enumerable.Range(0, 3).Select(i => host.AddInbox($"client{i}", out inboxes[i])),
        ];

        await Parallelly.RunAsync(
            3,
            c =>
            {
                for (int i = 0; i < 500; i++)
                {
                    clients[c].Send("mirror", [(byte)(i >> 8), (byte)i, 0]);
                }
            }
        );
        await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, handled: 1500);
        Assert.All(
            inboxes,
            inbox => Assert.Equal(Enumerable.Range(0, 500), inbox.Received.Select(r => (r.Bytes[2] << 8) | r.Bytes[1]))
        );
    }

    [Fact]
    public async Task Reject_WithAText_ItsFirst1024BytesAreTheReason()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component component = host.AddText("component", GuestTexts.Reasons);
        MessagingEndpoint client = host.AddSender();
        // The 1,024th byte is the first of a character's two.
        byte[] text = [.. Enumerable.Repeat((byte)'a', 1023), .. "\u00e4 and more"u8];

        client.Send("component", [1, .. "too late"u8]);
        client.Send("component", [0]);
        client.Send("component", [1]);
        client.Send("component", [1, .. text]);
        // Not in a batch with others.
        client.Send("component", [1, .. "large"u8, .. new byte[100_000]]);
        Task<MessageFate> fate = client.SendAndWaitAsync("component", [1, .. "too early"u8], Token).AsTask();
        await host.SettleAsync();

        string[] reasons = [.. host.DeadLetters.Select(letter => letter.Reason)];
        Assert.Equal(
            ["too late", "handle-message returned an error", new string('a', 1023), "large" + new string('\0', 1019)],
            reasons[..4]
        );
        Assert.Equal("too early", (await fate.WaitAsync(TestHost.Patience, Token)).Reason);
        AccountingAssert.AssertEnded(component.Statistics, handled: 1, rejected: 5);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Request_Answered_EachGetsItsOwnAnswer(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        Component responder = host.AddText("responder", GuestTexts.Responder);
        MessagingEndpoint client = host.AddSender();
        int[] lengths = [1, 2, 9, 5000, 100_000];

        List<Task<Reply>> asked = [];
        foreach (int length in lengths)
        {
            byte[] request = new byte[length];
            request.AsSpan(1).Fill((byte)length);
            asked.Add(client.RequestAsync("responder", request, TimeSpan.FromHours(1), Token).AsTask());
        }

        await host.SettleAsync();
        Reply[] replies = await Task.WhenAll(asked).WaitAsync(TestHost.Patience, Token);

        Assert.Equal(lengths.Select(length => length - 1), replies.Select(reply => reply.Bytes.Length));
        Assert.All(
            replies.Zip(lengths),
            reply => Assert.True(reply.First.IsHandled && !reply.First.Bytes.Span.ContainsAnyExcept((byte)reply.Second))
        );
        AccountingAssert.AssertEnded(responder.Statistics, handled: lengths.Length);
        AccountingAssert.AssertEnded(client.Statistics, handled: lengths.Length);
    }

    [Fact]
    public async Task Request_NotAnswered_SaysWhyAndTheNextIsAnswered()
    {
        await using TestHost host = new(workers: 1, runtime: runtime);
        Component responder = host.AddText("responder", GuestTexts.Responder, new() { Restart = new() { Max = 100 } });
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { MaxMessageBytes = 10 });

        await Check([1, .. "not today"u8], ReplyOutcome.Rejected, "not today");
        await Check([1], ReplyOutcome.Rejected, "handle-request returned an error");
        await Check([0, .. new byte[11]], ReplyOutcome.Rejected, "11 bytes");
        await Check([1, 0xFF], ReplyOutcome.Trapped, "");
        foreach (byte what in (byte[])[2, 3, 4, 5, 6])
        {
            await Check([what], ReplyOutcome.Trapped, "");
        }

        MessageFate plain = await client.SendAndWaitAsync("responder", [0], Token);
        Assert.Equal(Outcome.Rejected, plain.Outcome);
        Assert.Contains("no handle-message", plain.Reason, StringComparison.Ordinal);
        client.Send("responder", [0]);
        await host.SettleAsync();
        AccountingAssert.AssertEnded(responder.Statistics, handled: 9, rejected: 5, trapped: 6);

        async Task Check(byte[] request, ReplyOutcome outcome, string reason)
        {
            Reply reply = await client.RequestAsync("responder", request, TimeSpan.FromHours(1), Token);
            Assert.Equal(outcome, reply.Outcome);
            Assert.Contains(reason, reply.Reason, StringComparison.Ordinal);
            Assert.True((await client.RequestAsync("responder", [0], TimeSpan.FromHours(1), Token)).IsHandled);
        }
    }

    [Fact]
    public async Task Request_GuestRunsOutOfItsBudget_SaysSo()
    {
        await using TestHost host = new(workers: 1, runtime: runtime);
        ComponentOptions brief = new() { Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(100) } };
        Component responder = host.AddText("responder", GuestTexts.Responder, brief);

        Reply reply = await host.AddSender().RequestAsync("responder", [7], TimeSpan.FromHours(1), Token);

        Assert.Equal(ReplyOutcome.TimedOut, reply.Outcome);
        Assert.Contains("budget", reply.Reason, StringComparison.Ordinal);
        await host.SettleAsync();
        AccountingAssert.AssertEnded(responder.Statistics, timedOut: 1);
    }

    [Fact]
    public async Task Request_ResponderReplacedWhileItWaits_TheNewVersionAnswers()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component responder = host.Add("responder", TestFiles.HandleMessage);
        MessagingEndpoint client = host.AddSender();

        Task<Reply> asked = client.RequestAsync("responder", [0, 42], TimeSpan.FromHours(1), Token).AsTask();
        responder.Replace(ComponentSource.FromText(GuestTexts.Responder, "responder.wat"));
        await host.SettleAsync();

        Assert.Equal([42], (await asked.WaitAsync(TestHost.Patience, Token)).Bytes.ToArray());
    }

    [Fact]
    public async Task Reject_WithWhatBreaksTheAbi_Traps()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component component = host.AddText("component", GuestTexts.Reasons, new() { Restart = new() { Max = 100 } });
        MessagingEndpoint client = host.AddSender();
        byte[][] messages =
        [
            [2],
            [3],
            [4],
            [5],
            [6],
            [1, 0xFF],
            [1, 0xC3],
        ];

        foreach (byte[] message in messages)
        {
            client.Send("component", message);
            client.Send("component", [.. message, .. new byte[100_000]]);
            client.Send("component", [0]);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: 7, trapped: 14);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_OfAnySize_ComesBackIntact(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        host.Add(
            "mirror",
            TestFiles.CMirror,
            new()
            {
                SendsTo = ["client"],
                Mailbox = new() { Bytes = 1 << 22 },
            }
        );
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[][] messages = [.. new[] { 1, 16, 255, 4096, 32_768, 32_769, 1 << 20 }.Select(n => Payload.Echo(n))];

        Assert.All(messages, m => Assert.Equal(SendStatus.Accepted, client.Send("mirror", m)));
        await host.SettleAsync();

        Payload.AssertSame([.. messages.Select(m => m.Reverse().ToArray())], inbox);
    }

    [Fact]
    public async Task Trap_InABatch_TheMessagesBehindGoToAFreshInstanceInOrder()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        foreach (byte[] message in new byte[][] { [1], [2], Trap, [4], [5], Trap, [7] })
        {
            client.Send("mirror", message);
        }

        await host.SettleAsync();

        Assert.Equal([1, 2, 4, 5, 7], inbox.Received.Select(r => (int)r.Bytes[0]));
        AccountingAssert.AssertEnded(mirror.Statistics, handled: 5, trapped: 2);
        Assert.All(
            host.DeadLetters,
            letter => Assert.Equal("wasm trap: wasm `unreachable` instruction executed", letter.Reason)
        );
        Assert.Equal(2, host.Events.OfType<ComponentRestarted>().Count());
    }

    [Fact]
    public async Task Trap_WithoutARestartLeft_StopsTheComponent()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        ComponentOptions once = new() { Restart = new() { Max = 1 } };
        Component mirror = host.Add("mirror", TestFiles.CMirror, once);
        MessagingEndpoint client = host.AddSender();
        client.Send("mirror", Trap);
        client.Send("mirror", Trap);
        client.Send("mirror", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, trapped: 2, undeliverable: 1);
        Assert.True(mirror.IsStopped);
        Assert.Equal(SendStatus.Closed, client.Send("mirror", [1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task EndlessLoop_AmongOthers_EachMessageHasABudgetOfItsOwn(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        ComponentOptions hasty = new() { Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(20) } };
        Component loop = host.Add("loop", "endless-loop-component.wat", hasty);
        MessagingEndpoint client = host.AddSender();
        foreach (int length in new[] { 1, 1000, 1, 1000, 1 })
        {
            client.Send("loop", new byte[length]);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(loop.Statistics, handled: 3, timedOut: 2);
        Assert.All(host.DeadLetters, letter => Assert.Equal("it took more than its budget of 20 ms", letter.Reason));
    }

    [Fact]
    public async Task EndlessLoop_WhileTheHostStops_IsUndeliverable()
    {
        await using TestHost host = new(runtime: runtime);
        ComponentOptions patient = new() { Limits = new() { MessageTimeout = TimeSpan.Zero } };
        host.Add("loop", "endless-loop-component.wat", patient);
        host.AddSender().Send("loop", new byte[1000]);
        await TestHost.UntilAsync(() => host.Statistics.InFlight != 0, "the guest runs");

        await host.StopAsync(TimeSpan.Zero);

        Assert.Equal(1, host.Statistics.Undeliverable);
        Assert.Equal("the host stopped while it was being handled", Assert.Single(host.DeadLetters).Reason);
    }

    [Fact]
    public async Task Replace_WithMessagesWaiting_TheNewVersionHandlesThem()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component versions = host.Add("versions", "endless-loop-component.wat", new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("versions", [1]);
        host.Host.Pump();
        client.Send("versions", [2]);

        versions.Replace(ComponentSource.FromFile(TestFiles.PathOf(TestFiles.CMirror)));
        client.Send("versions", [3]);
        await host.SettleAsync();

        Assert.Equal([2, 3], inbox.Received.Select(r => (int)r.Bytes[0]));
        AccountingAssert.AssertEnded(versions.Statistics, handled: 3);
    }

    [Fact]
    public async Task DropOldest_MoreThanThereIsRoomFor_KeepsTheNewest()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        MailboxOptions small = new() { Messages = 3, OverflowPolicy = OverflowPolicy.DropOldest };
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"], Mailbox = small });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        for (byte i = 1; i <= 5; i++)
        {
            client.Send("mirror", [i]);
        }

        await host.SettleAsync();

        Assert.Equal([3, 4, 5], inbox.Received.Select(r => (int)r.Bytes[0]));
        AccountingAssert.AssertEnded(mirror.Statistics, handled: 3, evicted: 2);
    }

    [Fact]
    public async Task Quota_OfItsSends_HoldsForAGuestToo()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        ComponentOptions two = new()
        {
            SendsTo = ["client"],
            Quota = new() { Messages = 2 },
        };
        Component mirror = host.Add("mirror", TestFiles.CMirror, two);
        MessagingEndpoint client = host.AddInbox("client", out _);
        for (byte i = 1; i <= 3; i++)
        {
            client.Send("mirror", [i]);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, handled: 2, rejected: 1);
        Assert.Equal(SendStatus.RateLimited, Assert.Single(host.Events.OfType<SendRefused>()).Status);
    }
}
