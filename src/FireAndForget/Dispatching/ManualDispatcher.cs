using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Routing;
using FireAndForget.Threading;
using FireAndForget.Time;

namespace FireAndForget.Dispatching;

/// <summary>The dispatcher without threads of its own: the thread that pumps is the worker. Receivers take turns in the order in which they became ready.</summary>
internal sealed class ManualDispatcher(EpochTicker ticker) : IDispatcher
{
    private readonly ConcurrentQueue<Receiver> _ready = new();
    private readonly UpcomingReceivers _upcoming = new();
    private Receiver? _last;
    private TaskCompletionSource? _changed;

    /// <summary>The id of the thread that pumps; 0: none.</summary>
    private int _pumping;

    /// <summary>Later messages, which the pumping thread sends when they are due; null: there are none.</summary>
    public LaterSchedule? Later { get; set; }

    public bool IsPumping => Volatile.Read(ref _pumping) != 0;

    public void Enqueue(Receiver receiver)
    {
        _ready.Enqueue(receiver);
        // Full fence between the write to the queue and the read of the waiting task. It pairs with the one in WhenChanged.
        Interlocked.MemoryBarrier();
        AnnounceChange();
    }

    /// <summary>A task that ends when a receiver becomes ready from now on, or a thread stops pumping.</summary>
    public Task WhenChanged()
    {
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _changed, changed, null) ?? changed).Task;
    }

    /// <summary>Delivers messages; false where another thread is pumping already.</summary>
    public bool TryPump(int maxMessages, out int settled)
    {
        settled = 0;
        int self = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _pumping, self, 0) != 0)
        {
            return false;
        }

        // After the full fence above either this thread sees that the ticker sleeps, or the ticker sees that this thread pumps.
        ticker.WakeWhereAsleep();
        SignalStack.Saved saved = SignalStack.EnterAgain();
        try
        {
            do
            {
                while (!TryRunReady(self, maxMessages, ref settled)) { }
            } while (settled < maxMessages && IsPumpedBy(self) && Later is { IsEmpty: false } later && later.SendDue());
        }
        finally
        {
            SignalStack.Exit(saved);
            if (IsPumpedBy(self))
            {
                Volatile.Write(ref _pumping, 0);
            }
        }

        return true;
    }

    public void Abandon(Receiver receiver)
    {
        Volatile.Write(ref _pumping, 0);
        AnnounceChange();
    }

    /// <summary>Makes waiting threads try again, because the thread that pumped until now may have left something.</summary>
    public void AnnounceChange()
    {
        if (Volatile.Read(ref _changed) is not null)
        {
            Interlocked.Exchange(ref _changed, null)?.TrySetResult();
        }
    }

    /// <summary>Runs what is ready; false where an error of the host ended that before its time.</summary>
    private bool TryRunReady(int self, int maxMessages, ref int settled)
    {
        Receiver? receiver = null;
        try
        {
            while (settled < maxMessages && IsPumpedBy(self) && TryTake(out receiver))
            {
                receiver.Begin();
                // A receiver that runs again most likely has no other one behind it in the queue.
                if (receiver != _last)
                {
                    _last = receiver;
                    if (_upcoming.BeginTurn(receiver))
                    {
                        LookAhead();
                    }
                }

                settled += receiver.Deliver(Math.Min(Worker.Quota, maxMessages - settled));
                if (!receiver.IsDone)
                {
                    receiver.End();
                }
            }

            return true;
        }
        catch (Exception e) when (receiver is not null)
        {
            receiver.GiveUp(e);
            return false;
        }
    }

    private bool TryTake([NotNullWhen(true)] out Receiver? receiver) =>
        _upcoming.TryTake(out receiver) || _ready.TryDequeue(out receiver);

    private void LookAhead()
    {
        while (_upcoming.HasRoom && _ready.TryDequeue(out Receiver? next))
        {
            _upcoming.Add(next);
        }

        _upcoming.Fetch();
    }

    private bool IsPumpedBy(int thread) => Volatile.Read(ref _pumping) == thread;
}
