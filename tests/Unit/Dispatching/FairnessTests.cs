using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Supervision;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>
/// Fairness of one worker, by counting: the receivers here make the ticks themselves, so that a turn takes as many as it says.
/// </summary>
public sealed class FairnessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

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
        Make("long", ticks, messages: Turns);
        Make("short", ticks: 1, messages: Turns * between, ticksMet: 0);

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
        Make("long", ticks: 1, messages: 4);
        Make("short", ticks: 1, messages: 100, ticksMet: 0);

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
        Make("one", ticks: 10, messages: 3);
        Make("other", ticks: 10, messages: 3);

        Run();

        Assert.Equal(["one", "other", "one", "other", "one", "other"], _turns);
    }

    /// <summary>The system took the thread away for some ticks: its guest met one of them.</summary>
    [Fact]
    public void TurnInWhichTheThreadWasAway_IsNotLong()
    {
        Make("away", ticks: 5, messages: 3, ticksMet: 1, everyOther: true);
        Make("short", ticks: 1, messages: 100, ticksMet: 0);

        Run();

        Assert.Equal(3, _turns.Take(8).Count(name => name == "away"));
    }

    private void Run()
    {
        _workers.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _messages) == 0, Patience));
        _workers.Dispose();
    }

    private void Make(string name, int ticks, int messages, long ticksMet = long.MaxValue, bool everyOther = false)
    {
        Participant self = new(name, 0, [], new EndpointOptions(), allowance: null);
        MailboxOptions mailbox = new() { Messages = 8192 };
        Working receiver = new(self, mailbox, _services, () => Turn(name, ticks), ticksMet, everyOther);
        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, receiver.Mailbox.TryEnqueue(0, [1]));
        }

        _messages += messages;
        receiver.MessageArrived();
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
        Action turn,
        long ticksMet,
        bool everyOther
    ) : Receiver(self, mailbox, services)
    {
        private int _count;

        protected override long TicksMet => everyOther && _count % 2 == 0 ? 0 : ticksMet;

        protected override int DeliverNext(int quota)
        {
            if (Mailbox.Count == 0)
            {
                return 0;
            }

            _count++;
            Mailbox.Release(1);
            Ledger.Add(Outcome.Handled, 1);
            turn();
            return 1;
        }
    }
}
