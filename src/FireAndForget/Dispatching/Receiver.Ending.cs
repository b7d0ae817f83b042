using System.Runtime.CompilerServices;
using FireAndForget.Wording;

namespace FireAndForget.Dispatching;

// How a receiver ends: closed, after a failure of the host, or taken over from a worker that does not come back.
internal abstract partial class Receiver
{
    /// <summary>Takes no messages any more; a worker makes what waits undeliverable.</summary>
    public void Close(string reason)
    {
        Interlocked.CompareExchange(ref _closedBecause, reason, "");
        Mailbox.Close();
        Self.Invalidate();
        Wake();
    }

    /// <summary>
    /// For the worker out of which an error of the host came while it had this receiver: it takes no messages any more, and what it
    /// has is undeliverable. A thread that was interrupted is not its fault: then another turn comes. Nothing where the worker had
    /// left it already.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void GiveUp(Exception e)
    {
        _failed(e);
        if (TryTransition(Running, Ready) || TryTransition(Kept, Ready))
        {
            Ledger.InFlight = 0;
            if (e is not ThreadInterruptedException)
            {
                Close(WhyFailed(e));
            }

            _dispatcher.Enqueue(this);
        }
    }

    /// <summary>
    /// Takes it over from a worker that does not come back out of a handler: the message there and what waits become
    /// undeliverable, and the worker touches nothing of it any more. For one that is closed; any thread.
    /// </summary>
    /// <returns>False where no handler is at work.</returns>
    public virtual bool TryAbandon(string reason) => false;

    /// <summary>Settles what it has taken, as far as that can be settled now, for one that is closed.</summary>
    /// <returns>How many messages were settled.</returns>
    protected virtual int DiscardTaken() => 0;

    /// <summary>Gives free what belongs to it; nothing is delivered any more.</summary>
    protected virtual void DisposeResources() { }

    /// <summary>Takes no messages any more, tells everybody, and has a worker make undeliverable what waits.</summary>
    protected void Stop(string reason)
    {
        Close($"its receiver stopped: {reason}");
        Events.Publish(new ComponentStopped { Component = Self.Id, Reason = reason });
    }

    /// <summary>Whether it is taken over from its worker, who finds it done. It is to be finished then.</summary>
    protected bool TryTakeOver() => TryTransition(Running, Done);

    /// <summary>For the worker, where somebody may take over: whether the receiver stays with it.</summary>
    protected bool TryKeep() => _isKept = TryTransition(Running, Kept);

    /// <summary>Ends what was taken over. Its memory stays for the handler, which may still look at its message.</summary>
    protected void FinishTakenOver()
    {
        while (Mailbox.Count != 0)
        {
            DiscardWaiting(int.MaxValue);
        }

        _finished(this);
        _watcher?.TurnEnded();
    }

    /// <summary>Why it takes no messages any more; empty while it does.</summary>
    protected string ClosedBecause => _closedBecause;

    /// <summary>Whether nothing is left of one that is closed but what it has taken, which comes back by itself.</summary>
    protected virtual bool OnlyWaits => Taken != 0 && Mailbox.Count == 0;

    /// <summary>
    /// A failure of the host itself. What it was about to settle cannot be told from what waits, and becomes undeliverable with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fail(Exception e)
    {
        Ledger.InFlight = 0;
        Stop(WhyFailed(e));
    }

    private static string WhyFailed(Exception e) => $"the host failed at it, {ErrorText.Of(e)}";

    private int Discard(int quota)
    {
        int discarded = DiscardTaken() + DiscardWaiting(quota);
        if (Mailbox.Count != 0 || Taken != 0)
        {
            return discarded;
        }

        Guard(DisposeResources);
        Guard(Mailbox.Dispose);
        Volatile.Write(ref _state, Done);
        try
        {
            _finished(this);
        }
        catch (ThreadInterruptedException)
        {
            // By a handler, before it waited for a lock in there; once only. No other turn comes in which this could be told.
            _finished(this);
        }

        return discarded;
    }

    /// <summary>Makes undeliverable what waits in the mailbox of one that is closed.</summary>
    /// <returns>How many messages were settled.</returns>
    protected virtual int DiscardWaiting(int quota)
    {
        int discarded = 0;
        SpinWait spin = default;
        while (discarded < quota && Mailbox.Count != 0)
        {
            if (Mailbox.TryLook(out _, out _))
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

    /// <summary>Does what must not keep the rest from being done: what it throws is told and ends here.</summary>
    protected void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _failed(e);
        }
    }
}
