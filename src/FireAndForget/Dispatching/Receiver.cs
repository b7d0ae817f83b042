using System.Runtime.CompilerServices;
using FireAndForget.Accounting;
using FireAndForget.Buffers;
using FireAndForget.Diagnostics;
using FireAndForget.Events;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget.Dispatching;

/// <summary>
/// The owner of a mailbox: a component or an endpoint. It gets messages from its mailbox and gives each of them exactly one
/// outcome.
/// </summary>
/// <remarks>
/// How it is run: it is idle until a message is accepted; the sender that finds it idle makes it ready and gives it to the
/// dispatcher, once. One worker takes it and runs it: until it is idle again that worker alone touches what is in it. Before it
/// goes idle the worker writes the state, with a full fence, and then looks at the mailbox once more; a sender publishes its
/// message, with a full fence, and then looks at the state. So at least one of the two sees the other, and no message waits
/// while nobody runs its receiver.
/// </remarks>
internal abstract partial class Receiver : MessageTarget, IMessageDetails
{
    private const int Ready = 1;
    private const int Running = 2;
    private const int Done = 3;

    /// <summary>Running, by a worker that was about to be abandoned and came back in time.</summary>
    private const int Kept = 4;

    /// <summary>Idle, and messages are no reason to wake it.</summary>
    private const int Paused = 5;

    /// <summary>
    /// From how many ticks on a turn is long. A guest that meets that many ticks in a turn, or one in each of two turns, keeps a worker for
    /// a tick at a time.
    /// </summary>
    private const long TicksOfLongTurn = 2;

    /// <summary>The cache lines of a mailbox's fields and both groups of its cursors.</summary>
    private const int FetchedLinesOfMailbox = 7;

    /// <summary>The cache lines of a ledger up to the counts that most messages go to.</summary>
    private const int FetchedLinesOfLedger = 3;

    private const string WhyEvicted = "a newer message needed its room";

    /// <summary>A value of <see cref="TicksMet"/>: every tick of the turn counts.</summary>
    protected const long AllTicks = long.MaxValue;

    private readonly MessageContexts? _contexts;
    private readonly IDispatcher _dispatcher;
    private readonly Action<Receiver> _finished;
    private readonly Action<Exception> _failed;

    /// <summary>
    /// The senders of the messages that are being reported, which may be released already. Only the worker uses it.
    /// </summary>
    private SenderNames _senders;
    private long _metBefore;

    /// <summary>Whether it was kept once, after which it cannot be taken over any more. Only the worker writes it.</summary>
    private bool _isKept;
    private string _closedBecause = "";
    private volatile SenderCounts? _senderCounts;
    private volatile ISettlementWatcher? _watcher;
    private bool _hasGivenNumbers;

    protected Receiver(Participant self, MailboxOptions mailbox, HostServices services)
    {
        Self = self;
        Events = services.Events;
        Audit = services.Audit;
        Directory = services.Directory;
        _contexts = services.Registry.Contexts;
        _dispatcher = services.Dispatcher;
        _finished = services.ReceiverFinished;
        _failed = services.Failed;
        Mailbox =
            mailbox.IsUnbounded || mailbox.OverflowPolicy == OverflowPolicy.DropOldest
                ? new LockedMailbox(mailbox, Evicted) { AfterEviction = services.Dispatcher.WaitForEventRoom }
                : new RingMailbox(mailbox, services.Memory);
    }

    public Participant Self { get; }

    /// <summary>What users hold of it. Set once, before it is registered.</summary>
    public object? Handle { get; set; }

    public Ledger Ledger { get; } = new();

    /// <summary>
    /// The number that is added to those of the mailbox: as many messages as were accepted under this id before this receiver, or
    /// more. Its requests, by which its replies are numbered, begin behind it too. Set once, before it is registered.
    /// </summary>
    public long NumbersBefore
    {
        get;
        set
        {
            field = value;
            SentRequests?.LastNumber = (ulong)value;
        }
    }

    /// <summary>The greatest number that a message to it, or a request of it, has.</summary>
    public long LastNumber => Math.Max(NumbersBefore + Mailbox.Accepted, (long)(SentRequests?.LastNumber ?? 0));

    /// <summary>Its open requests as a sender. Set once, before <see cref="NumbersBefore"/> is.</summary>
    public OpenRequests? SentRequests { get; set; }

    /// <summary>Counts where its messages come from; null: nobody wants to know.</summary>
    public SenderCounts? Senders
    {
        get => _senderCounts;
        set => _senderCounts = value;
    }

    /// <summary>Whether everything it ever accepted is settled and its resources are free.</summary>
    public bool IsDone => Volatile.Read(ref _state) == Done;

    /// <summary>Whether its last turn took so long that others come first.</summary>
    public bool IsLong { get; private set; }

    /// <summary>The number of its last turn, as the thread counts that ran it; see <see cref="UpcomingReceivers.BeginTurn"/>.</summary>
    public int LastTurn { get; set; }

    protected EventHub Events { get; }

    /// <summary>The host's log; null where it has none.</summary>
    protected Audit? Audit { get; }

    protected SenderDirectory Directory { get; }

    /// <summary>The contexts of messages; null where none has one.</summary>
    protected MessageContexts? Contexts => _contexts;

    /// <summary>
    /// Called with what it settles; null: there is none. Set before the first message comes that has to be reported to it.
    /// </summary>
    public ISettlementWatcher? Watcher
    {
        get => _watcher;
        set => _watcher = value;
    }

    /// <summary>Whether messages come to it that were given their numbers on another host. Set before the first one comes.</summary>
    public bool HasGivenNumbers
    {
        get => Volatile.Read(ref _hasGivenNumbers);
        set => Volatile.Write(ref _hasGivenNumbers, value);
    }

    /// <summary>Whether it settles messages in the order in which they were accepted.</summary>
    public virtual bool SettlesInOrder => Mailbox is RingMailbox;

    /// <summary>Whether it cannot take messages at this moment although it is not stopped.</summary>
    public virtual bool IsPaused => false;

    /// <summary>Whether its worker has anything to do besides messages and closing.</summary>
    public bool HasNews => HasOtherWork;

    /// <summary>How many messages it has taken out of its mailbox and not settled yet. Any thread.</summary>
    public virtual int Taken => 0;

    /// <summary>The number of a message that waits, unique for its sender and this id. For its worker, before the message is released.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    public long NumberOf(int index) =>
        HasGivenNumbers && GivenNumberOf(index) is { } given ? given : NumbersBefore + Mailbox.NumberOf(index);

    /// <summary>The topic under which a message that waits was published; null: none. For its worker, before the message is released.</summary>
    /// <param name="index">How many places it waits behind the first one.</param>
    public string? TopicOf(int index)
    {
        Mailbox.TryLook(index, out uint origin, out _);
        return MessageOrigin.HasTopic(origin) ? TopicOf(origin).Text : null;
    }

    /// <summary>The topic of a message that has one and is not settled.</summary>
    protected TopicName TopicOf(uint origin) =>
        MessageOrigin.HasContext(origin) ? Contexts!.TopicOf(origin)! : Directory.TopicOf(origin);

    /// <summary>Makes the receiver ready, so that a worker runs it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Wake()
    {
        if (TryTransition(Idle, Ready) || TryTransition(Paused, Ready))
        {
            _dispatcher.Enqueue(this);
        }
    }

    /// <summary>Begins a turn of the worker that took the receiver out of the ready queue.</summary>
    public void Begin() => Volatile.Write(ref _state, _isKept ? Kept : Running);

    /// <summary>
    /// Prefetches what the receiver refers to, a few turns before its own and after its own cache lines were prefetched. It asks
    /// for the lines of objects without reading them, because a read would wait for a line that is not there yet.
    /// </summary>
    public virtual void FetchParts()
    {
        CacheLines.FetchObject(Mailbox, FetchedLinesOfMailbox);
        CacheLines.FetchObject(Ledger, FetchedLinesOfLedger);
    }

    /// <summary>Prefetches what its handler refers to, after <see cref="FetchParts"/>.</summary>
    public virtual void FetchInstance() { }

    /// <summary>Prefetches its next message, and the place where that is handled, after <see cref="FetchInstance"/>.</summary>
    public virtual void FetchMessage() => Mailbox.FetchNext();

    /// <summary>
    /// Takes the receiver where it is idle, to read what only its worker may read; <see cref="End"/> gives it back. Any thread.
    /// </summary>
    public bool TryBorrow() => TryTransition(Idle, Running);

    /// <summary>Ends the turn: the receiver is idle afterwards, or ready again where something came meanwhile.</summary>
    public void End()
    {
        Mailbox.Rewind();
        int rest = IsPaused ? Paused : Idle;
        SpinWait spin = default;
        while (true)
        {
            // Full fence between the write of the idle state and the read of the mailbox. It pairs with the one between a sender's
            // publishing and its read of the state.
            Interlocked.Exchange(ref _state, rest);
            if (!HasWork || !TryTransition(rest, Ready))
            {
                return;
            }

            if (IsStopped || HasOtherWork || HasNext)
            {
                _dispatcher.Enqueue(this);
                return;
            }

            // A sender has claimed a slot and not published it yet.
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Delivers the next messages; for the worker that began.</summary>
    /// <param name="quota">The most messages.</param>
    /// <returns>How many messages were settled.</returns>
    public int Deliver(int quota)
    {
        int settled = IsStopped ? Discard(quota) : TryDeliver(quota);
        _watcher?.TurnEnded();
        return settled;
    }

    /// <summary>Delivers while somebody wants to know where messages come from.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int DeliverAndCount(int quota)
    {
        if (_senderCounts is not { } counts)
        {
            return DeliverNext(quota);
        }

        bool isLookedAt = Mailbox.Count != 0 && counts.Begin();
        if (isLookedAt)
        {
            LookAtSenders(counts, quota);
        }

        int taken = Taken;
        ReplyFrom = null;
        int settled = DeliverNext(quota);
        int messages = settled + Taken - taken;
        if (ReplyFrom is { } responder)
        {
            counts.AddReply(responder);
            messages--;
        }

        if (isLookedAt)
        {
            counts.End(messages);
        }
        else
        {
            counts.Skip(messages);
        }

        return settled;
    }

    private void LookAtSenders(SenderCounts counts, int quota)
    {
        int waiting = Math.Min(quota, Mailbox.Count);
        int samples = Math.Min(waiting, SenderCounts.MostSamples);
        for (int i = 0; i < samples; i++)
        {
            int place = (int)((long)i * waiting / samples);
            if (!Mailbox.TryLook(place, out uint origin, out _))
            {
                break;
            }

            // A context is known only until its message has its outcome.
            counts.Sample(
                place,
                MessageOrigin.HasContext(origin) ? Contexts!.TryFindSender(origin)?.Id : Directory.IdOf(origin)
            );
        }
    }

    /// <summary>Whether ticks met it in the turn that was noted last.</summary>
    public bool HasMetTicks => _metBefore != 0;

    /// <summary>
    /// Notes how long its turn took, for the worker that ran it. A turn within the same tick as another one need not be noted.
    /// </summary>
    /// <param name="ticks">How many ticks there were during the turn.</param>
    /// <returns>How many ticks the turn counts as; 0 where it was short.</returns>
    public long NoteTurn(long ticks)
    {
        if (ticks == 0 && TicksMet == AllTicks)
        {
            // Many short turns that each end an instance count together.
            return 0;
        }

        long met = Math.Min(ticks, TicksMet);
        IsLong = met != 0 && met + _metBefore >= TicksOfLongTurn;
        _metBefore = met;
        return IsLong ? Math.Max(met, TicksOfLongTurn) : 0;
    }

    /// <summary>Delivers messages, at most the quota, and settles them.</summary>
    protected abstract int DeliverNext(int quota);

    /// <summary>
    /// How many ticks came while its guest ran in its last turn. A thread that the operating system suspends meets one tick, and
    /// not all that pass. <see cref="AllTicks"/> where an instance ended: then the ticks count, too, in which the next one is made.
    /// </summary>
    protected virtual long TicksMet => 0;

    /// <summary>Whether messages are there to be delivered, of which the next may not be published yet. Asked where the mailbox holds any.</summary>
    protected virtual bool HasDeliverable => !IsPaused;

    /// <summary>Who answered, where the last delivery was of a reply; it is set then, and reset by who asks for it.</summary>
    protected string? ReplyFrom { get; set; }

    /// <summary>Whether the next message to be delivered is published.</summary>
    protected virtual bool HasNext => Mailbox.HasNext;

    /// <summary>Whether there is anything to do besides messages and closing.</summary>
    protected virtual bool HasOtherWork => false;

    private int TryDeliver(int quota)
    {
        try
        {
            return _senderCounts is null ? DeliverNext(quota) : DeliverAndCount(quota);
        }
        catch (Exception e)
        {
            Fail(e);
            return 0;
        }
    }

    private bool HasWork => HasOtherWork || !Mailbox.IsQuiet && (IsStopped ? !OnlyWaits : HasDeliverable);

    // Inlined, because as a call it makes a message that is delivered alone 5 % slower.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTransition(int from, int to) => Interlocked.CompareExchange(ref _state, to, from) == from;
}
