using System.Runtime.CompilerServices;
using FireAndForget.Wording;

namespace FireAndForget.Dispatching;

// How a receiver ends: closed, after a failure of the host, or taken over from a worker that does not come back.
internal abstract partial class Receiver
{
    /// <summary>Closes the receiver: it accepts no messages any more, and a worker makes the waiting ones undeliverable.</summary>
    public void Close(string reason)
    {
        Interlocked.CompareExchange(ref _closedBecause, reason, "");
        Mailbox.Close();
        Self.Invalidate();
        Wake();
    }

    /// <summary>
    /// Called by the worker after an error of the host came out of the turn of this receiver: the receiver takes no messages any
    /// more, and what it has becomes undeliverable. An interrupted thread is no fault of the receiver, and it gets another turn.
    /// Nothing happens where its turn had ended already.
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
    /// Takes the receiver over from a worker that does not return from a handler: the message there and those that wait become
    /// undeliverable, and the worker accesses nothing of it any more. For a closed receiver; any thread.
    /// </summary>
    /// <returns>False where no handler is running.</returns>
    public virtual bool TryAbandon(string reason) => false;

    /// <summary>Settles the messages that it has taken, as far as they can be settled now. For a closed receiver.</summary>
    /// <returns>How many messages were settled.</returns>
    protected virtual int DiscardTaken() => 0;

    /// <summary>Frees the resources of the receiver; nothing is delivered any more.</summary>
    protected virtual void DisposeResources() { }

    /// <summary>Closes the receiver, publishes that it stopped, and has a worker make the waiting messages undeliverable.</summary>
    protected void Stop(string reason)
    {
        Close($"its receiver stopped: {reason}");
        Events.Publish(new ComponentStopped { Component = Self.Id, Reason = reason });
    }

    /// <summary>Tries to take it over from its worker, which finds it done. The caller finishes it then.</summary>
    protected bool TryTakeOver() => TryTransition(Running, Done);

    /// <summary>Tries to keep the receiver, for a worker that another thread may take it over from.</summary>
    protected bool TryKeep() => _isKept = TryTransition(Running, Kept);

    /// <summary>
    /// Finishes a receiver that was taken over. Its memory stays for the handler, which may still read its message.
    /// </summary>
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

    /// <summary>Whether a closed receiver waits only for the messages that it has taken, which come back by themselves.</summary>
    protected virtual bool OnlyWaits => Taken != 0 && Mailbox.Count == 0;

    /// <summary>
    /// Stops the receiver after a failure of the host itself. The messages that it was about to settle cannot be told from those
    /// that wait, and become undeliverable with them.
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
            // A handler has interrupted this thread before it waited for a lock in there. It is called once more, because no other
            // turn of the receiver comes.
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

    /// <summary>
    /// Runs an action whose failure must not keep the rest from being done: an exception is reported and ends here.
    /// </summary>
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
