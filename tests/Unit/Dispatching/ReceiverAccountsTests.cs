using FireAndForget.Accounting;
using FireAndForget.Dispatching;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>A host's accounts: each message is counted once in all sums, and who waits for the end learns of it.</summary>
public sealed class ReceiverAccountsTests : IDisposable
{
    private readonly Parts _parts = new();
    private readonly ReceiverAccounts _accounts;

    public ReceiverAccountsTests() => _accounts = new(_parts.Events, _ => new(1));

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void Of_EachOutcome_IsCountedAsItself()
    {
        Receiver receiver = Receive("receiver", 31);
        Settle(receiver, Outcome.Handled, 1);
        Settle(receiver, Outcome.Rejected, 2);
        Settle(receiver, Outcome.Trapped, 3);
        Settle(receiver, Outcome.TimedOut, 4);
        Settle(receiver, Outcome.Evicted, 5);
        Settle(receiver, Outcome.Undeliverable, 6);
        Settle(receiver, Outcome.Lost, 7);
        receiver.Ledger.InFlight = 2;

        MessageStatistics statistics = ReceiverAccounts.Of(receiver);

        Assert.Equal(
            new()
            {
                Accepted = 31,
                Handled = 1,
                Rejected = 2,
                Trapped = 3,
                TimedOut = 4,
                Evicted = 5,
                Undeliverable = 6,
                Lost = 7,
                InFlight = 2,
                Queued = 1,
                InMailboxes = 3,
            },
            statistics
        );
        Assert.Equal(28, receiver.Ledger.Settled);
    }

    [Fact]
    public void AddReply_OfAnyOutcome_IsCountedAsItselfAndAmongAll()
    {
        Ledger ledger = Receive("receiver", 0).Ledger;
        ledger.AddReply(Outcome.Handled);
        ledger.AddReply(Outcome.Handled);
        ledger.AddReply(Outcome.Rejected);

        Assert.Equal((2, 1, 3), (ledger.Replies(Outcome.Handled), ledger.Replies(Outcome.Rejected), ledger.AllReplies));
    }

    [Fact]
    public void BeginCounting_SeveralReaders_EndsWithTheLastForAllReceivers()
    {
        Receiver before = Receive("before", 0);
        Assert.Null(before.Senders);
        _accounts.BeginCounting();
        SenderCounts? counts = before.Senders;
        Assert.NotNull(counts);
        _accounts.BeginCounting();
        Assert.Same(counts, before.Senders);
        Receiver later = Receive("later", 0);
        Assert.NotNull(later.Senders);

        _accounts.EndCounting();

        Assert.Same(counts, before.Senders);
        Assert.NotNull(later.Senders);

        _accounts.EndCounting();

        Assert.Null(before.Senders);
        Assert.Null(later.Senders);
        _accounts.BeginCounting();
        Assert.NotNull(before.Senders);
    }

    /// <summary>A worker says that it takes a whole run before it knows how much there is.</summary>
    [Fact]
    public void Of_MoreInFlightThanOutstanding_IsWhatIsOutstanding()
    {
        Receiver receiver = Receive("receiver", 3);
        Settle(receiver, Outcome.Handled, 1);
        receiver.Ledger.InFlight = 32;

        MessageStatistics statistics = ReceiverAccounts.Of(receiver);

        Assert.Equal((2, 0), (statistics.InFlight, statistics.Queued));
    }

    [Fact]
    public void Statistics_SeveralReceivers_AreTheirSumsAlsoOfThoseThatAreDone()
    {
        Receiver first = Receive("first", 30);
        Receiver second = Receive("second", 40);
        foreach (Outcome outcome in Enum.GetValues<Outcome>())
        {
            Settle(first, outcome, 1 + (int)outcome);
            Settle(second, outcome, 1);
        }

        first.Ledger.InFlight = 5;
        _accounts.Remove(second);
        _parts.Events.AddRefusal(SendStatus.QueueFull);

        Assert.Equal(
            new()
            {
                Messages = new()
                {
                    Accepted = 70,
                    Handled = 2,
                    Rejected = 3,
                    Trapped = 4,
                    TimedOut = 5,
                    Evicted = 6,
                    Undeliverable = 7,
                    Lost = 8,
                    InFlight = 2,
                    Queued = 33,
                    InMailboxes = 35,
                },
                Refused = 1,
            },
            _accounts.Statistics
        );
        _accounts.Remove(first);
        Assert.Equal(
            (70, 71, 33),
            (_accounts.Statistics.Accepted, _accounts.Statistics.Sent, _accounts.Statistics.Queued)
        );
    }

    [Fact]
    public void AddEvicted_BesideTheWorker_IsOneMore()
    {
        Ledger ledger = new();
        ledger.AddEvicted();
        ledger.Add(Outcome.Handled, 4);
        ledger.AddEvicted();

        Assert.Equal((2, 4, 6), (ledger[Outcome.Evicted], ledger[Outcome.Handled], ledger.Settled));
    }

    [Fact]
    public void WhenEmpty_NobodyThere_IsNow() => Assert.True(_accounts.WhenEmpty().IsCompletedSuccessfully);

    [Fact]
    public void WhenEmpty_SomeThere_IsWhenTheLastIsRemoved()
    {
        Receiver first = Receive("first", 0);
        Receiver second = Receive("second", 0);
        Assert.Equal(2, _accounts.Receivers.Length);
        Task empty = _accounts.WhenEmpty();

        _accounts.Remove(first);
        Assert.False(empty.IsCompleted);
        Assert.Equal([second], _accounts.Receivers);
        _accounts.Remove(second);

        Assert.True(empty.IsCompletedSuccessfully);
    }

    [Fact]
    public void WhenDrained_NothingOutstanding_IsNow()
    {
        Receive("idle", 0);
        Settle(Receive("busy", 3), Outcome.Handled, 3);

        Assert.True(_accounts.WhenDrained().IsCompletedSuccessfully);
    }

    [Fact]
    public void WhenDrained_SomethingOutstanding_IsOnceEverythingIsSettledAndALookIsTaken()
    {
        Receiver first = Receive("first", 2);
        Receiver second = Receive("second", 1);
        Task[] drained = [_accounts.WhenDrained(), _accounts.WhenDrained()];

        Settle(first, Outcome.Handled, 2);
        _accounts.CheckDrained();
        Assert.DoesNotContain(drained, d => d.IsCompleted);
        Settle(second, Outcome.Trapped, 1);
        _accounts.CheckDrained();

        Assert.All(drained, d => Assert.True(d.IsCompletedSuccessfully));
    }

    /// <summary>Who gives up waiting leaves nothing behind: so all wait for the same.</summary>
    [Fact]
    public void WhenDrained_BySeveral_IsOneTask()
    {
        Receive("receiver", 1);

        Assert.Same(_accounts.WhenDrained(), _accounts.WhenDrained());
    }

    /// <summary>Waiting works again and again, and each time for what is outstanding then.</summary>
    [Fact]
    public void WhenDrained_Again_WaitsAgain()
    {
        Receiver receiver = Receive("receiver", 0);
        for (int round = 0; round < 5; round++)
        {
            Send(receiver, 1);
            Task drained = _accounts.WhenDrained();
            Assert.False(drained.IsCompleted);

            Settle(receiver, Outcome.Handled, 1);
            _accounts.CheckDrained();

            Assert.True(drained.IsCompletedSuccessfully);
        }
    }

    /// <summary>Who waits goes on where it waits, not in the middle of a worker's work.</summary>
    [Fact]
    public async Task WhenDrained_WhoWaits_DoesNotRunOnTheWorker()
    {
        Receiver receiver = Receive("receiver", 1);
        using ManualResetEventSlim checkedByWorker = new();
        Task drained = _accounts.WhenDrained();
        Task waiter = drained.ContinueWith(
            _ => checkedByWorker.Wait(TestContext.Current.CancellationToken),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        Settle(receiver, Outcome.Handled, 1);

        _accounts.CheckDrained();
        checkedByWorker.Set();

        Assert.True(drained.IsCompletedSuccessfully);
        await waiter;
    }

    private Receiver Receive(string id, int messages)
    {
        Receiver receiver = Parts.ReceiverOf(_parts.Add(id));
        Send(receiver, messages);
        _accounts.Add(receiver);
        return receiver;
    }

    private static void Send(Receiver receiver, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, receiver.Mailbox.TryEnqueue(0, [1]));
        }
    }

    private static void Settle(Receiver receiver, Outcome outcome, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            Assert.True(receiver.Mailbox.TryPeek(0, out _, out _));
            receiver.Mailbox.Release(1);
        }

        receiver.Ledger.Add(outcome, messages);
    }
}
