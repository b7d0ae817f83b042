using System.Collections.Concurrent;
using FireAndForget.Supervision;

namespace FireAndForget.Dispatching;

/// <summary>The dispatcher without threads: whoever pumps is the worker. Receivers take turns in the order in which they became ready.</summary>
internal sealed class ManualDispatcher(EpochTicker ticker) : IDispatcher
{
    private readonly ConcurrentQueue<Receiver> _ready = new();
    private TaskCompletionSource? _whenReady;
    private int _pumping;

    public bool IsPumping => Volatile.Read(ref _pumping) != 0;

    public void Enqueue(Receiver receiver)
    {
        _ready.Enqueue(receiver);
        Volatile.Read(ref _whenReady)?.TrySetResult();
    }

    /// <summary>A task that ends when a receiver becomes ready from now on.</summary>
    public Task WhenReady()
    {
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _whenReady, ready);
        return ready.Task;
    }

    public int Pump(int maxMessages)
    {
        if (Interlocked.Exchange(ref _pumping, 1) != 0)
        {
            throw new InvalidOperationException(
                "Pump is running already: only one thread may pump a host at a time, and a handler may not pump."
            );
        }

        // Behind the full fence above: either this sees that the ticker sleeps, or the ticker sees that somebody pumps.
        ticker.WakeWhereAsleep();
        int settled = 0;
        try
        {
            while (settled < maxMessages && _ready.TryDequeue(out Receiver? receiver))
            {
                receiver.Begin();
                settled += receiver.Deliver(Math.Min(Worker.Quota, maxMessages - settled));
                if (!receiver.IsDone)
                {
                    receiver.End();
                }
            }
        }
        finally
        {
            Volatile.Write(ref _pumping, 0);
        }

        return settled;
    }
}
