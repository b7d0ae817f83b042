using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>
/// A link from one host to another without Orleans, whose calls a seed delays, reorders and lets fail before and after they arrive: each
/// message is handled once and in order, and has its own outcome at its sender's host.
/// </summary>
public sealed class LinkScheduleTests
{
    private const int Count = 4_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public Task Link_CallsReorderedAndFailing_EachMessageHasItsOutcomeOnce(int seed) => CheckAsync(seed);

    /// <summary>As where a test beside it traces: from one moment to another messages have contexts, or have none any more.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Link_ListenersOfTracesComeAndGo_EachMessageHasItsOutcomeOnce(int seed)
    {
        using Tracing tracing = new();
        await CheckAsync(
            seed,
            pair =>
            {
                if (pair.Next(100) == 0)
                {
                    tracing.Change();
                    pair.LookWhoListens();
                }
            }
        );
    }

    /// <param name="seed">Decides what becomes of the calls.</param>
    /// <param name="beforeEach">Runs before each send.</param>
    private static async Task CheckAsync(int seed, Action<Pair>? beforeEach = null)
    {
        await using Pair pair = new(seed);
        for (int i = 0; i < Count; i++)
        {
            beforeEach?.Invoke(pair);
            byte[] message = new byte[4 + pair.Next(i % 8 == 0 ? 60_000 : 40)];
            BinaryPrimitives.WriteInt32LittleEndian(message, i);
            Assert.Equal(
                SendStatus.Accepted,
                await pair.Sender.SendAsync("target", message, TestContext.Current.CancellationToken)
            );
        }

        await pair
            .From.DrainAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, Count), pair.Got);
        HostStatistics sum = pair.From.Statistics;
        int trapped = Enumerable.Range(0, Count).Count(Pair.IsBad);
        Assert.Equal((Count, Count - trapped, trapped), (sum.Accepted, sum.Handled, sum.Trapped));
        Assert.Equal(Enumerable.Range(0, Count).Where(Pair.IsBad), pair.Reasons);
        Assert.True(pair.Failures > 0, "nothing failed");
    }

    /// <summary>A listener of traces that comes and goes, with an activity to which all that is sent meanwhile belongs.</summary>
    private sealed class Tracing : IDisposable
    {
        private ActivityListener? _listener;
        private Activity? _activity;

        public void Change()
        {
            if (_listener is not null)
            {
                Dispose();
                return;
            }

            _listener = new()
            {
                ShouldListenTo = source => source.Name is "FireAndForget",
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            };
            ActivitySource.AddActivityListener(_listener);
            _activity = new Activity("sending").Start();
            _activity.IsAllDataRequested = true;
        }

        public void Dispose()
        {
            _activity?.Stop();
            _listener?.Dispose();
            _listener = null;
        }
    }

    /// <summary>Two hosts, an outbox in one, and the link between.</summary>
    private sealed class Pair : ITargetResolver, IInboundHost, ILinkPeer, IAsyncDisposable
    {
        private readonly Random _random;
        private readonly Lock _lock = new();
        private readonly MessagingHost _to = new(new() { Workers = 1, CompileCache = null });
        private readonly Inbound _inbound;
        private readonly Participant _senderThere;
        private readonly Outbox _outbox;
        private readonly Link _link;
        private readonly EventSubscription _events;
        private int _failures;
        private uint? _lateSession;

        public Pair(int seed)
        {
            _random = new(seed);
            From = new(new() { Workers = 1, CompileCache = null }, this);
            Sender = From.AddEndpoint("sender");
            _events = From.Subscribe(Count);
            _to.AddEndpoint(
                "target",
                message =>
                {
                    int number = BinaryPrimitives.ReadInt32LittleEndian(message.Bytes);
                    Got.Enqueue(number);
                    if (IsBad(number))
                    {
                        throw new InvalidOperationException($"{number}");
                    }
                },
                new() { Mailbox = new() { Messages = 30 } }
            );
            ComponentOptions policy = new() { SendsTo = ["*"] };
            _senderThere = new("sender", _to.Parts.Services.Directory.NumberOf("sender"), ["*"], policy, null);
            Participant target = new("target", From.Parts.Services.Directory.NumberOf("target"), [], policy, null);
            _outbox = new(target, new() { Messages = 300, Bytes = 8 << 20 }, From.Parts.Services, From.Parts.Accounts)
            {
                Window = 250,
            };
            From.Parts.Accounts.Add(_outbox);
            _inbound = new(this, Address);
            _link = new(this, From.Parts.Services.Directory, new(), NullLogger.Instance);
            _outbox.ConnectTo(_link);
        }

        public MessagingHost From { get; }

        public MessagingEndpoint Sender { get; }

        public ConcurrentQueue<int> Got { get; } = new();

        public int Failures => _failures;

        /// <summary>The numbers that the dead letters of the sender's host tell, in order.</summary>
        public IEnumerable<int> Reasons
        {
            get
            {
                while (_events.TryRead(out HostEvent? happened))
                {
                    if (happened is DeadLetter letter)
                    {
                        yield return int.Parse(
                            new string([.. letter.Reason.Where(char.IsAsciiDigit)]),
                            System.Globalization.CultureInfo.InvariantCulture
                        );
                    }
                }
            }
        }

        public SiloAddress Address { get; } = SiloAddress.New(IPAddress.Loopback, 1, 1);

        Registry IInboundHost.Registry => _to.Parts.Registry;

        public static bool IsBad(int number) => number % 17 == 3;

        /// <summary>Has both hosts look whether anybody listens to traces, which they do at each of their ticks, too.</summary>
        public void LookWhoListens()
        {
            From.Parts.LookWhoListens();
            _to.Parts.LookWhoListens();
        }

        public int Next(int most)
        {
            lock (_lock)
            {
                return _random.Next(most);
            }
        }

        Participant? ITargetResolver.Resolve(string id) => id == "target" ? _outbox.Self : null;

        Participant? IInboundHost.FindTarget(string id) =>
            _to.Parts.Registry.TryGet(id, out Participant? found) ? found : null;

        Participant? IInboundHost.FindSender(string id, SiloAddress silo) => id == "sender" ? _senderThere : null;

        Publication IInboundHost.PublicationOf(Participant publisher, string topic)
        {
            TopicName name = new(topic);
            return new(name, publisher.NumberFor(name), _to.Parts.Registry.Topics);
        }

        // Nobody on that host sends. Where another test traces meanwhile, some of the origins are those of contexts.
        bool IInboundHost.IsArrival(uint origin) => true;

        bool IInboundHost.IsAtLeastOnce(string id) => false;

        public async ValueTask<byte[]?> DeliverAsync(Frame frame)
        {
            Frame copy = Copy(frame);
            await DelayAsync();
            FailSometimes();
            byte[]? settlement = await _inbound.ReceiveAsync(copy);
            await DelayAsync();
            FailSometimes();
            return settlement;
        }

        public async Task<LinkState> ResumeAsync(uint session, ulong settledThrough)
        {
            await DelayAsync();
            if (Next(3) == 0)
            {
                _lateSession = session;
                FailSometimes(1);
            }

            LinkState state = _inbound.Resume(session, settledThrough);
            if (_lateSession is { } late && late < session)
            {
                // The call that was given up arrives all the same, behind the one that came after it.
                _lateSession = null;
                ResumeLate(late, settledThrough);
            }

            FailSometimes();
            return state;
        }

        async Task IInboundHost.SettleAsync(SiloAddress silo, byte[] settlement)
        {
            await DelayAsync();
            FailSometimes();
            _link.Settle(settlement);
            FailSometimes();
        }

        public async ValueTask DisposeAsync()
        {
            _link.End();
            _events.Dispose();
            await From.DisposeAsync();
            await _to.DisposeAsync();
            _inbound.Dispose();
        }

        /// <summary>As it comes over the wire.</summary>
        private static Frame Copy(Frame frame)
        {
            byte[] wire = new byte[frame.WireLength];
            frame.WriteHeader(wire);
            frame.Names.CopyTo(wire.AsSpan(Frame.HeaderBytes));
            frame.Runs.CopyTo(wire.AsSpan(Frame.HeaderBytes + frame.NamesLength));
            return Frame.Receive(wire.Length, wire);
        }

        private void ResumeLate(uint session, ulong settledThrough)
        {
            try
            {
                _inbound.Resume(session, settledThrough);
            }
            catch (InvalidOperationException)
            {
                // Nobody waits for the answer.
            }
        }

        private async Task DelayAsync()
        {
            await Task.Yield();
            for (int i = Next(6); i > 0; i--)
            {
                await Task.Yield();
            }
        }

        private void FailSometimes(int most = 25)
        {
            if (Next(most) == 0)
            {
                Interlocked.Increment(ref _failures);
                throw new IOException("broken by the seed");
            }
        }
    }
}
