using System.Runtime.CompilerServices;
using FireAndForget.Diagnostics;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Supervision;

namespace FireAndForget.Dispatching;

/// <summary>
/// Whoever a mailbox belongs to: component or endpoint. It is idle, ready or running; the one worker that runs it owns
/// everything in it. It gets messages from its mailbox and gives each of them exactly one outcome.
/// </summary>
internal abstract class Receiver
{
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Running = 2;
    private const int Done = 3;

    /// <summary>Running, by a worker that was to be abandoned and came back in time.</summary>
    private const int Kept = 4;

    /// <summary>Idle, and messages are no reason to wake it.</summary>
    private const int Paused = 5;

    private readonly Registry _registry;
    private readonly IDispatcher _dispatcher;
    private readonly Action<Receiver> _finished;
    private int _state;

    /// <summary>Whether it was kept once: then nobody may take it over any more, whoever runs it. Its worker's.</summary>
    private bool _isKept;
    private string _closedBecause = "";

    protected Receiver(Participant self, MailboxOptions mailbox, HostServices services)
    {
        Self = self;
        Events = services.Events;
        Directory = services.Directory;
        _registry = services.Registry;
        _dispatcher = services.Dispatcher;
        _finished = services.ReceiverFinished;
        Mailbox =
            mailbox.IsUnbounded || mailbox.WhenFull == WhenFull.DropOldest
                ? new LockedMailbox(mailbox, Evicted)
                : new RingMailbox(mailbox);
    }

    public Participant Self { get; }

    public Mailbox Mailbox { get; }

    public Ledger Ledger { get; } = new();

    /// <summary>Whether it takes no messages any more.</summary>
    public bool IsStopped => Mailbox.IsClosed;

    /// <summary>Whether everything it ever accepted is settled and its resources are free.</summary>
    public bool IsDone => Volatile.Read(ref _state) == Done;

    protected EventHub Events { get; }

    protected SenderDirectory Directory { get; }

    /// <summary>Knows the senders whose number is a sample's; null where there are none.</summary>
    protected MessageSampling? Sampling => _registry.Sampling;

    /// <summary>Whether it cannot take messages just now although it is not stopped.</summary>
    public virtual bool IsPaused => false;

    /// <summary>
    /// A sender's nod, after the mailbox's full fence: either this read sees that the receiver went idle and wakes it, or the
    /// receiver's look at its mailbox after going idle sees the message.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MessageArrived()
    {
        if (Volatile.Read(ref _state) == Idle)
        {
            Wake();
        }
    }

    /// <summary>Has a worker look at it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Wake()
    {
        if (
            Interlocked.CompareExchange(ref _state, Ready, Idle) == Idle
            || Interlocked.CompareExchange(ref _state, Ready, Paused) == Paused
        )
        {
            _dispatcher.Enqueue(this);
        }
    }

    /// <summary>Takes no messages any more; a worker makes what waits undeliverable.</summary>
    public void Close(string why)
    {
        Interlocked.CompareExchange(ref _closedBecause, why, "");
        Mailbox.Close();
        _registry.Changed();
        Wake();
    }

    /// <summary>The worker takes it on; it came out of the ready queue.</summary>
    public void Begin() => Volatile.Write(ref _state, _isKept ? Kept : Running);

    /// <summary>Takes it where it is idle, to look at what only its worker may; <see cref="End"/> gives it back. Any thread.</summary>
    public bool TryBorrow() => Interlocked.CompareExchange(ref _state, Running, Idle) == Idle;

    /// <summary>The worker leaves it: idle, or ready again where something came in the meantime.</summary>
    public void End()
    {
        Mailbox.Rewind();
        int rest = IsPaused ? Paused : Idle;
        SpinWait spin = default;
        while (true)
        {
            // A full fence between "idle" and the look at the mailbox; pairs with the one between a sender's publishing and
            // its look at the state.
            Interlocked.Exchange(ref _state, rest);
            if (!HasWork || Interlocked.CompareExchange(ref _state, Ready, rest) != rest)
            {
                return;
            }

            if (IsStopped || HasOtherWork || Mailbox.HasNext)
            {
                _dispatcher.Enqueue(this);
                return;
            }

            // A sender has claimed a slot and not published it yet.
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Delivers the next messages; for the worker that began.</summary>
    /// <param name="quota">At most so many.</param>
    /// <returns>How many messages were settled.</returns>
    public int Deliver(int quota)
    {
        if (IsStopped)
        {
            return Discard(quota);
        }

        try
        {
            return DeliverNext(quota);
        }
        catch (Exception e)
        {
            Fail(e);
            return 0;
        }
    }

    /// <summary>
    /// Takes it over from a worker that does not come back out of a handler: the message there and what waits become
    /// undeliverable, and the worker touches nothing of it any more. For one that is closed; any thread.
    /// </summary>
    /// <returns>False where no handler is at work.</returns>
    public virtual bool TryAbandon(string why) => false;

    /// <summary>Delivers up to so many messages and settles them.</summary>
    protected abstract int DeliverNext(int quota);

    /// <summary>Gives free what belongs to it; nothing is delivered any more.</summary>
    protected virtual void DisposeResources() { }

    /// <summary>Whether there is something to do beyond messages and closing.</summary>
    protected virtual bool HasOtherWork => false;

    /// <summary>Settles the mailbox's first message with an outcome that makes it a dead letter.</summary>
    protected void SettleFirst(Outcome outcome, string why)
    {
        TellFirst(outcome, why);
        CountFirst(outcome);
    }

    /// <summary>Takes no messages any more, tells everybody, and has a worker make undeliverable what waits.</summary>
    protected void Stop(string why)
    {
        Events.Publish(new ComponentStopped(Self.Id, why));
        Close($"its receiver stopped: {why}");
    }

    /// <summary>Whether it is taken over from its worker, who finds it done. It is to be finished then.</summary>
    protected bool TryTakeOver() => Interlocked.CompareExchange(ref _state, Done, Running) == Running;

    /// <summary>For the worker, where somebody may take over: whether the receiver stays with it.</summary>
    protected bool TryKeep() => _isKept = Interlocked.CompareExchange(ref _state, Kept, Running) == Running;

    /// <summary>Ends what was taken over. Its memory stays for the handler, which may still look at its message.</summary>
    protected void FinishTakenOver()
    {
        while (Mailbox.Count != 0)
        {
            DiscardWaiting(int.MaxValue);
        }

        _finished(this);
    }

    protected void TellFirst(Outcome outcome, string why)
    {
        Mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> message);
        Tell(sender, outcome, why, message.Length);
    }

    protected void CountFirst(Outcome outcome)
    {
        // Counted last: who sees everything settled sees the mailboxes empty too.
        Mailbox.Release(1);
        Ledger.Add(outcome, 1);
    }

    protected void Tell(uint sender, Outcome outcome, string why, int length)
    {
        bool isSample = MessageSampling.IsSample(sender);
        if (Events.HasSubscribers)
        {
            string from = isSample ? Sampling!.SenderOf(sender).Id : Directory.IdOf(sender);
            Events.Publish(new DeadLetter(from, Self.Id, outcome, why, length));
        }

        if (isSample)
        {
            Sampling!.Settle(sender, Self.Id, outcome, why);
        }
    }

    private bool HasWork => HasOtherWork || !Mailbox.IsQuiet && (!IsPaused || IsStopped);

    /// <summary>
    /// A failure of the host itself. What it was about to settle cannot be told from what waits, and becomes undeliverable with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fail(Exception e)
    {
        Ledger.InFlight = 0;
        Stop($"the host failed at it, {e.GetType().Name}: {e.Message}");
    }

    private int Discard(int quota)
    {
        int discarded = DiscardWaiting(quota);
        if (Mailbox.Count != 0)
        {
            return discarded;
        }

        try
        {
            DisposeResources();
            Mailbox.Dispose();
        }
        finally
        {
            Volatile.Write(ref _state, Done);
            _finished(this);
        }

        return discarded;
    }

    private int DiscardWaiting(int quota)
    {
        int discarded = 0;
        SpinWait spin = default;
        while (discarded < quota && Mailbox.Count != 0)
        {
            if (Mailbox.TryPeek(0, out _, out _))
            {
                SettleFirst(Outcome.Undeliverable, _closedBecause);
                discarded++;
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        return discarded;
    }

    private void Evicted(uint sender, int length)
    {
        Tell(sender, Outcome.Evicted, "a newer message needed its room", length);
        Ledger.AddEvicted();
    }
}
