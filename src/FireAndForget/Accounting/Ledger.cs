using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FireAndForget.Accounting;

/// <summary>
/// Counts what became of one receiver's messages when they are settled. The worker that has the receiver writes the outcomes, once a batch;
/// evictions are counted by the sender that needed the room.
/// </summary>
internal sealed class Ledger
{
    private const int Outcomes = (int)Outcome.Lost + 1;

    private Figures _figures;

    /// <summary>
    /// Messages that the worker has taken and may not have settled yet. The worker does not write it at each message, so a reader caps it
    /// by the number of messages without an outcome.
    /// </summary>
    public long InFlight
    {
        get => Volatile.Read(ref _figures.InFlight);
        set => Volatile.Write(ref _figures.InFlight, value);
    }

    public long Settled
    {
        get
        {
            long sum = 0;
            for (int outcome = 0; outcome < Outcomes; outcome++)
            {
                sum += this[(Outcome)outcome];
            }

            return sum;
        }
    }

    public long this[Outcome outcome] => Volatile.Read(ref _figures.Counts[(int)outcome]);

    public void Add(Outcome outcome, long count)
    {
        // A count of 0 is not written: a reader of the counts may hold their cache line.
        if (count != 0)
        {
            ref long total = ref _figures.Counts[(int)outcome];
            Volatile.Write(ref total, total + count);
        }
    }

    public void AddEvicted() => Interlocked.Increment(ref _figures.Counts[(int)Outcome.Evicted]);

    /// <summary>Requests of this receiver as a sender that were accepted.</summary>
    public long Requests => Volatile.Read(ref _figures.Requests);

    /// <summary>
    /// Replies to this receiver's requests with an outcome: messages to it that came past its mailbox, each of them accepted and settled at
    /// the same moment.
    /// </summary>
    public long Replies(Outcome outcome) => Volatile.Read(ref _figures.Replies[(int)outcome]);

    /// <summary>Replies of any outcome.</summary>
    public long AllReplies
    {
        get
        {
            long sum = 0;
            for (int outcome = 0; outcome < Outcomes; outcome++)
            {
                sum += Replies((Outcome)outcome);
            }

            return sum;
        }
    }

    /// <summary>Replies that came when their request had ended, and were dropped.</summary>
    public long LateReplies => Volatile.Read(ref _figures.LateReplies);

    /// <summary>Later messages of this receiver as a sender that wait for their time.</summary>
    public long Scheduled => Volatile.Read(ref _figures.Scheduled);

    public void AddScheduled(int count) => Interlocked.Add(ref _figures.Scheduled, count);

    public void AddRequest() => Interlocked.Increment(ref _figures.Requests);

    /// <summary>Counts a reply by its outcome. For one thread at a time.</summary>
    public void AddReply(Outcome outcome)
    {
        ref long total = ref _figures.Replies[(int)outcome];
        Volatile.Write(ref total, total + 1);
    }

    public void AddLateReply() => Interlocked.Increment(ref _figures.LateReplies);

    /// <summary>
    /// Whether outcomes that are counted here are still being reported: an outcome is counted before it is reported, and a caller
    /// who waits until everything is settled waits for the report too. It is read after the counts.
    /// </summary>
    /// <remarks>
    /// The order matters: a worker that settles may leave a kept reply to its own guest, and a kept reply may end the guest, whose next
    /// instance is then reported as being made. What goes on that way is seen in one of the three.
    /// </remarks>
    public bool IsReporting =>
        Volatile.Read(ref _figures.IsSettling) || HasKeptReplies || Volatile.Read(ref _figures.Reporting) != 0;

    /// <summary>Called before outcomes are counted that have to be reported. Any thread.</summary>
    public void BeginReporting() => Interlocked.Increment(ref _figures.Reporting);

    /// <summary>Called when they have been reported, or never will be.</summary>
    public void EndReporting() => Interlocked.Decrement(ref _figures.Reporting);

    /// <summary>
    /// Set around reports as <see cref="BeginReporting"/> and <see cref="EndReporting"/> are called, by the worker that has the receiver.
    /// It needs no interlocked operation: who sees a count that the worker writes in between sees this, and who sees the end sees what
    /// was reported.
    /// </summary>
    public bool IsSettling
    {
        set => Volatile.Write(ref _figures.IsSettling, value);
    }

    /// <summary>
    /// Counts a reply that is kept until the guest gets it; who waits until everything is settled waits for it. For one thread at a time.
    /// </summary>
    public void AddKeptReply() => Volatile.Write(ref _figures.KeptReplies, _figures.KeptReplies + 1);

    /// <summary>Counts kept replies that are done: delivered and reported, or late. For the worker that has the receiver.</summary>
    public void EndKeptReplies(int count) => Volatile.Write(ref _figures.EndedReplies, _figures.EndedReplies + count);

    /// <summary>
    /// Whether a reply is kept. What is done is read first: where it is as much as was kept later, nothing was kept at that moment.
    /// </summary>
    private bool HasKeptReplies
    {
        get
        {
            long ended = Volatile.Read(ref _figures.EndedReplies);
            return Volatile.Read(ref _figures.KeptReplies) != ended;
        }
    }

    /// <summary>The counts on cache lines of their own, away from what is written before the messages are settled.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Figures
    {
        [FieldOffset(0)]
        public long InFlight;

        /// <summary>How many threads are reporting outcomes; seldom written.</summary>
        [FieldOffset(64)]
        public int Reporting;

        [FieldOffset(68)]
        public bool IsSettling;

        [FieldOffset(72)]
        public long KeptReplies;

        [FieldOffset(80)]
        public long EndedReplies;

        [FieldOffset(128)]
        public PerOutcome Counts;

        /// <summary>Accepted requests of this receiver as a requester; any thread writes.</summary>
        [FieldOffset(256)]
        public long Requests;

        [FieldOffset(264)]
        public long LateReplies;

        [FieldOffset(272)]
        public long Scheduled;

        [FieldOffset(280)]
        public PerOutcome Replies;
    }

    [InlineArray(Outcomes)]
    private struct PerOutcome
    {
        private long _first;
    }
}
