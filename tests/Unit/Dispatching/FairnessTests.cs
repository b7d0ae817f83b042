using FireAndForget.Accounting;
using FireAndForget.Dispatching;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>
/// Fairness of one worker, by counting: the receivers here make the ticks themselves, so that a turn takes as many as it says.
/// </summary>
public sealed class FairnessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Parts _parts = new();
    private readonly WorkerDispatcher _workers;
    private readonly HostServices _services;
    private readonly List<string> _turns = [];
    private int _messages;

    public FairnessTests()
    {
        _workers = new(1, TimeSpan.Zero, _parts.Services.Ticker, () => { }, _ => { });
        _services = _parts.Services with { Dispatcher = _workers };
    }

    public void Dispose() => _parts.Dispose();

    /// <summary>The others keep seven eighths of the time for as long as they have something to do.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void LongTurns_OthersHaveSevenTicksForEachBetweenThem(int ticks)
    {
        const int Turns = 5;
        int between = Worker.TicksForOthers * ticks;
        Make("long", Turns, _ => ticks);
        Make("short", Turns * between, _ => 1, met: 0);

        Run();

        string[] first = ["long", "short"];
        Assert.Equal(first.Order(), _turns.Take(2).Order());
        int[] longTurns = [.. _turns.Index().Where(turn => turn.Item == "long").Select(turn => turn.Index)];
        Assert.Equal(Turns, longTurns.Length);
        Assert.All(longTurns.Zip(longTurns.Skip(1)), pair => Assert.Equal(between, pair.Second - pair.First - 1));
    }

    /// <summary>A guest of which each message takes a little less than a tick ends its turn at the first that it meets.</summary>
    [Fact]
    public void TurnsOfOneTickEach_AreLongFromTheSecondOn()
    {
        Make("long", 4, _ => 1, met: 1);
        Make("short", 100, _ => 1, met: 0);

        Run();

        int[] longTurns = [.. _turns.Index().Where(turn => turn.Item == "long").Select(turn => turn.Index)];
        Assert.True(longTurns[1] < Worker.TicksForOthers, "The first turn counted as long.");
        Assert.All(
            longTurns.Zip(longTurns.Skip(1)).Skip(1),
            pair => Assert.Equal(2 * Worker.TicksForOthers, pair.Second - pair.First - 1)
        );
    }

    [Fact]
    public void LongTurns_NobodyElseHasAnythingToDo_TakeTurns()
    {
        Make("one", 3, _ => 10);
        Make("other", 3, _ => 10);

        Run();

        Assert.Equal(["one", "other", "one", "other", "one", "other"], _turns);
    }

    /// <summary>The system took the thread away for some ticks: its guest met one of them.</summary>
    [Fact]
    public void TurnInWhichTheThreadWasAway_IsNotLong()
    {
        Make("away", 3, turn => turn % 2 == 0 ? 5 : 0, met: 1);
        Make("short", 100, _ => 1, met: 0);

        Run();

        Assert.Equal(3, _turns.Take(8).Count(name => name == "away"));
    }

    /// <summary>Each is short, and each ends an instance: the ticks that any of them meets are counted together.</summary>
    [Fact]
    public void ShortTurnsThatEndInstances_OthersHaveTheirTimeBetweenTheTicks()
    {
        Make("failing", 30, turn => turn % 5 == 4 ? 1 : 0);
        Make("short", 1000, _ => 1, met: 0);

        Run();

        // The second tick is met in the tenth turn, and from then on each one counts.
        int[] failing = [.. _turns.Index().Where(turn => turn.Item == "failing").Select(turn => turn.Index)];
        Assert.True(failing[9] < 20);
        Assert.All([10, 15, 20, 25], i => Assert.Equal(2 * Worker.TicksForOthers, failing[i] - failing[i - 1] - 1));
    }

    private void Run()
    {
        _workers.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _messages) == 0, Patience));
        _workers.Dispose();
    }

    /// <summary>Adds a receiver with messages, one for each turn.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="messages">How many.</param>
    /// <param name="ticks">How many ticks each of its turns takes, counted from 0.</param>
    /// <param name="met">How many of them find its guest at work, at most; not given: all, as where an instance ends.</param>
    private void Make(string name, int messages, Func<int, int> ticks, long met = long.MaxValue)
    {
        Participant self = new(
            name,
            _parts.Directory.NumberOf(name),
            [],
            new MessagingEndpointOptions(),
            allowance: null
        );
        Working receiver = new(self, new() { Messages = 8192 }, _services, i => Turn(name, ticks(i)), met);
        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, receiver.Mailbox.TryEnqueue(0, [1]));
        }

        _messages += messages;
        receiver.Wake();
    }

    private void Turn(string name, int ticks)
    {
        _turns.Add(name);
        for (int i = 0; i < ticks; i++)
        {
            _parts.Services.Ticker.MoveOn();
        }

        Interlocked.Decrement(ref _messages);
    }

    /// <summary>Handles one message a turn.</summary>
    private sealed class Working(
        Participant self,
        MailboxOptions mailbox,
        HostServices services,
        Action<int> turn,
        long met
    ) : Receiver(self, mailbox, services)
    {
        private int _count;

        protected override long TicksMet => met;

        protected override int DeliverNext(int quota)
        {
            if (Mailbox.Count == 0)
            {
                return 0;
            }

            Mailbox.Release(1);
            Ledger.Add(Outcome.Handled, 1);
            turn(_count++);
            return 1;
        }
    }
}
