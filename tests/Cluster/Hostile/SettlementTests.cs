using System.Buffers.Binary;
using System.Net;
using FireAndForget.Orleans.Links;
using FireAndForget.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>Settlements that a broken or hostile silo sends: of messages that never went there, twice, out of order, damaged.</summary>
public sealed class SettlementTests : IAsyncLifetime
{
    private readonly SendingHost _host = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Read_CutOffAnywhere_IsRefused()
    {
        byte[] whole = Settlement.Write(
            1,
            [new(1, 9, [new(2, Outcome.Rejected, "no"), new(5, Outcome.Handled, "", [1, 2, 3])]), new(2, 4, [])]
        );
        Assert.Equal(2, Settlement.Read(whole).Count);

        Assert.All(
            Enumerable.Range(0, whole.Length),
            length => Assert.Throws<InvalidDataException>(() => Settlement.Read(whole.AsSpan(0, length)))
        );
        Assert.Throws<InvalidDataException>(() => Settlement.Read([.. whole, 0]));
        Assert.Throws<InvalidDataException>(() => Settlement.NumberOf(whole.AsSpan(0, 7)));
    }

    [Fact]
    public void Read_PartsThatLie_AreRefusedByName()
    {
        (string Says, byte[] Settlement)[] wrong =
        [
            ("2147483647 parts", With(8, int.MaxValue)),
            ("-1 parts", With(8, -1)),
            ("parts of 12 bytes", With(16, int.MaxValue)),
            ("up to -1", Settlement.Write(1, [new(1, -1, [])])),
            ("outcome 7", Settlement.Write(1, [new(1, 3, [new(2, (Outcome)7, "")])])),
            ("message 4 of target 1", Settlement.Write(1, [new(1, 3, [new(4, Outcome.Trapped, "")])])),
            (
                "message 2 of target 1",
                Settlement.Write(1, [new(1, 3, [new(2, Outcome.Trapped, ""), new(2, Outcome.Trapped, "")])])
            ),
            ("message -2 of target 1", Settlement.Write(1, [new(1, 3, [new(-2, Outcome.Trapped, "")])])),
        ];

        Assert.All(
            wrong,
            one =>
            {
                InvalidDataException refusal = Assert.Throws<InvalidDataException>(() =>
                    Settlement.Read(one.Settlement)
                );
                Assert.StartsWith("A settlement is damaged: ", refusal.Message, StringComparison.Ordinal);
                Assert.Contains(
                    one.Says.Replace("-1 parts", "4294967295 parts"),
                    refusal.Message,
                    StringComparison.Ordinal
                );
            }
        );

        static byte[] With(int at, int value)
        {
            byte[] bytes = Settlement.Write(1, [new(1, 3, [new(2, Outcome.Trapped, "why")])]);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
            return bytes;
        }
    }

    [Fact]
    public async Task Settle_DamagedOne_ChangesNothingAndTheWholeOneHolds()
    {
        _host.Send(3);
        byte[] whole = _host.Settlement(1, through: 3);

        Assert.Throws<InvalidDataException>(() => _host.Link.Settle(whole[..^1]));
        Assert.Throws<InvalidDataException>(() => _host.Link.Settle([]));
        Assert.Equal(0, _host.Host.Statistics.Handled);
        _host.Link.Settle(whole);

        await _host.SettledAsync();
        Assert.Equal((3, 3), (_host.Host.Statistics.Accepted, _host.Host.Statistics.Handled));
    }

    [Fact]
    public async Task Settle_OfMessagesThatWereNeverSentOrTwice_CountsEachOnce()
    {
        _host.Send(3);

        _host.Link.Settle(_host.Settlement(1, through: 2, new Ended(1, Outcome.Trapped, "one")));
        _host.Link.Settle(_host.Settlement(1, through: 3, new Ended(3, Outcome.Trapped, "the same number")));
        _host.Link.Settle(_host.Settlement(2, through: 2, new Ended(1, Outcome.Rejected, "again")));
        _host.Link.Settle(Settlement.Write(3, [new(uint.MaxValue, 3, [])]));
        _host.Link.Settle(_host.Settlement(4, through: long.MaxValue, new Ended(long.MaxValue, Outcome.Lost, "never")));
        await _host.SettledAsync();
        _host.Send(1);
        _host.Link.Settle(_host.Settlement(5, through: 3));
        Assert.Equal(1, _host.Host.Statistics.Queued + _host.Host.Statistics.InFlight);
        _host.Link.Settle(_host.Settlement(6, through: 4));

        await _host.SettledAsync();
        HostStatistics sum = _host.Host.Statistics;
        Assert.Equal((4, 3, 1, 0), (sum.Accepted, sum.Handled, sum.Trapped, sum.Rejected + sum.Lost));
    }

    [Fact]
    public async Task Settle_OutOfOrder_HoldsInOrderAndFarAheadIsRefused()
    {
        _host.Send(2);

        _host.Link.Settle(_host.Settlement(2, through: 2));
        _host.Link.Settle(_host.Settlement(2, through: 2));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() =>
            _host.Link.Settle(_host.Settlement(ulong.MaxValue, through: 2))
        );
        Assert.Contains("settlement 18446744073709551615 came", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _host.Host.Statistics.Handled);
        _host.Link.Settle(_host.Settlement(1, through: 1, new Ended(1, Outcome.Rejected, "no")));

        await _host.SettledAsync();
        Assert.Equal((1, 1), (_host.Host.Statistics.Handled, _host.Host.Statistics.Rejected));
    }

    [Fact]
    public async Task Settle_AnswersThatNobodyAskedOrThatAreTooLong_AreNotGiven()
    {
        _host.Send(1);
        Task<Reply> reply = _host
            .Sender.RequestAsync(
                "target",
                new byte[] { 1 },
                TimeSpan.FromMinutes(1),
                TestContext.Current.CancellationToken
            )
            .AsTask();
        await TestCluster.UntilAsync(() => _host.Host.Statistics.InFlight == 2);

        _host.Link.Settle(
            _host.Settlement(
                1,
                through: 2,
                new Ended(1, Outcome.Handled, "", new byte[10]),
                new Ended(2, Outcome.Handled, "", new byte[(1 << 20) + 1])
            )
        );

        Reply given = await reply.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.Equal(ReplyOutcome.Rejected, given.Outcome);
        Assert.Contains("1048577 bytes", given.Reason, StringComparison.Ordinal);
        await _host.SettledAsync();
        Assert.Equal((2, 1), (_host.Host.Statistics.Handled, _host.Host.Statistics.Rejected));
    }

    /// <summary>A host with an outbox, whose other side answers only what the test says.</summary>
    private sealed class SendingHost : ITargetResolver, ILinkPeer, IAsyncDisposable
    {
        private readonly Outbox _outbox;

        public SendingHost()
        {
            Host = new(new() { Workers = 1, CompileCache = null }, this);
            Sender = Host.AddEndpoint("sender");
            Participant target = new(
                "target",
                Host.Parts.Services.Directory.NumberOf("target"),
                [],
                new ComponentOptions(),
                allowance: null
            );
            _outbox = new(target, new(), Host.Parts.Services, Host.Parts.Accounts);
            Host.Parts.Accounts.Add(_outbox);
            Link = new(this, Host.Parts.Services.Directory, new(), NullLogger.Instance);
            _outbox.ConnectTo(Link);
        }

        public MessagingHost Host { get; }

        public MessagingEndpoint Sender { get; }

        public Link Link { get; }

        public SiloAddress Address { get; } = SiloAddress.New(IPAddress.Loopback, 1, 1);

        /// <summary>Sends messages, and waits until they are under way.</summary>
        public void Send(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(SendStatus.Accepted, Sender.Send("target", [1]));
            }

            Assert.True(SpinWait.SpinUntil(() => Host.Statistics.InFlight == count, TimeSpan.FromMinutes(2)));
        }

        public byte[] Settlement(ulong number, long through, params Ended[] ended) =>
            Orleans.Links.Settlement.Write(number, [new(_outbox.Key, through, ended)]);

        public Task SettledAsync() =>
            TestCluster.UntilAsync(() => Host.Statistics.Queued + Host.Statistics.InFlight == 0);

        Participant? ITargetResolver.Resolve(string id) => id == "target" ? _outbox.Self : null;

        public ValueTask<byte[]?> DeliverAsync(Frame frame) => new((byte[]?)null);

        public Task<LinkState> ResumeAsync(uint session, ulong settledThrough) => Task.FromResult(new LinkState());

        public async ValueTask DisposeAsync()
        {
            Link.End();
            await Host.StopAsync(TimeSpan.Zero);
            await Host.DisposeAsync();
        }
    }
}
