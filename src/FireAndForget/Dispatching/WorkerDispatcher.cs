using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Events;
using FireAndForget.Time;

namespace FireAndForget.Dispatching;

/// <summary>
/// A few threads that run the receivers that are ready. What a worker itself made ready stays in its own queue, because
/// crossing cores costs more than a delivery; everything else goes through one shared queue, and workers without work steal.
/// </summary>
internal sealed class WorkerDispatcher : IDispatcher, IDisposable
{
    private readonly ConcurrentQueue<Receiver> _ready = new();
    private readonly ConcurrentQueue<Receiver> _long = new();
    private readonly Lock _parking = new();
    private readonly Stack<Worker> _parked = new();
    private readonly Func<int, Worker> _makeWorker;
    private readonly Action _outOfWork;
    private readonly Action<Exception> _failed;
    private volatile Worker[] _workers;
    private readonly Action<Worker> _start;
    private readonly Lock _replacing = new();
    private int _parkedCount;
    private int _spinning;

    /// <summary>Workers that were lost and could not be replaced yet.</summary>
    private int _missing;

    /// <summary>A dispatcher whose workers do not run yet.</summary>
    /// <param name="workers">How many threads.</param>
    /// <param name="spin">How long a worker without work spins.</param>
    /// <param name="ticker">Told of who works.</param>
    /// <param name="outOfWork">Called by a worker that has nothing to do.</param>
    /// <param name="failed">Told of what a worker threw; it goes on.</param>
    /// <param name="start">Starts a worker's thread, and may throw where the system has none to give; null: as it is.</param>
    public WorkerDispatcher(
        int workers,
        TimeSpan spin,
        EpochTicker ticker,
        Action outOfWork,
        Action<Exception> failed,
        Action<Worker>? start = null
    )
    {
        _start = start ?? (worker => worker.Start());
        _outOfWork = outOfWork;
        _failed = failed;
        _makeWorker = number => new(this, ticker, number, spin);
        _workers = [.. Enumerable.Range(0, workers).Select(_makeWorker)];
    }

    /// <summary>Whether there is room for the events of what is delivered.</summary>
    public EventRoom Room { get; init; } = new();

    public bool IsStopping { get; private set; }

    public IReadOnlyList<Worker> Workers => _workers;

    /// <summary>Whether a receiver is ready that any worker may run at any time, so none that is long.</summary>
    public bool HasReady
    {
        get
        {
            if (!_ready.IsEmpty)
            {
                return true;
            }

            foreach (Worker worker in _workers)
            {
                if (!worker.Own.IsEmpty || worker.Upcoming.HasAny)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public bool HasShared => !_ready.IsEmpty;

    /// <summary>Whether a receiver is ready whose last turn was long: each worker decides when it takes one.</summary>
    public bool HasLong => !_long.IsEmpty;

    public void Start()
    {
        foreach (Worker worker in _workers)
        {
            _start(worker);
        }
    }

    public void Enqueue(Receiver receiver)
    {
        Worker? worker = Worker.Current;
        if (worker is not null && worker.Dispatcher == this && !receiver.IsLong)
        {
            worker.Own.Enqueue(receiver);
            return;
        }

        (receiver.IsLong ? _long : _ready).Enqueue(receiver);
        // Full fence between the write to the queue and the read of who is awake. It pairs with the one that a worker makes before
        // it parks.
        Interlocked.MemoryBarrier();
        WakeWhereAllSleep();
    }

    public void Abandon(Receiver receiver)
    {
        Worker[] workers = _workers;
        if (Array.Find(workers, worker => worker.IsIn(receiver)) is { } lost)
        {
            lost.IsAbandoned = true;
            lock (_replacing)
            {
                _missing++;
            }

            ReplaceMissing();
        }
    }

    public void WaitForEventRoom()
    {
        if (Room.IsFull && Worker.Current is { } worker && worker.Dispatcher == this)
        {
            worker.WaitForEventRoom();
        }
    }

    /// <summary>Reports an exception that a worker caught and that nothing should throw.</summary>
    public void Failed(Exception e) => _failed(e);

    public bool TryTakeShared([NotNullWhen(true)] out Receiver? receiver) => _ready.TryDequeue(out receiver);

    public bool TryTakeLong([NotNullWhen(true)] out Receiver? receiver) => _long.TryDequeue(out receiver);

    public bool TrySteal(Worker thief, [NotNullWhen(true)] out Receiver? receiver)
    {
        foreach (Worker worker in _workers)
        {
            if (worker != thief && (worker.Own.TryDequeue(out receiver) || worker.Upcoming.TrySteal(out receiver)))
            {
                return true;
            }
        }

        receiver = null;
        return false;
    }

    /// <summary>
    /// Called by a worker that found nothing to do, after a full fence, so that what it settled is seen with this call.
    /// </summary>
    public void OutOfWork() => _outOfWork();

    /// <summary>Counts a worker that spins: while there is one, nobody is woken for what becomes ready.</summary>
    public void BeginSpin() => Interlocked.Increment(ref _spinning);

    /// <summary>Counts a worker that stops spinning, to work or to sleep. What it has left is for other workers.</summary>
    public void EndSpin() => Interlocked.Decrement(ref _spinning);

    /// <summary>Wakes a worker where something is ready and nobody is looking.</summary>
    public void WakeWhereAllSleep()
    {
        if (Volatile.Read(ref _parkedCount) != 0 && Volatile.Read(ref _spinning) == 0)
        {
            WakeOne();
        }
    }

    /// <summary>
    /// Called at each tick: gives others the receivers that a worker made ready which has been in a guest for long.
    /// </summary>
    public void Tick()
    {
        if (Volatile.Read(ref _missing) != 0 && !IsStopping)
        {
            ReplaceMissing();
        }

        if (Volatile.Read(ref _parkedCount) != 0 && (HasReady || HasLong))
        {
            WakeOne();
        }
    }

    public void Park(Worker worker)
    {
        lock (_parking)
        {
            _parked.Push(worker);
            Volatile.Write(ref _parkedCount, _parked.Count);
        }

        Interlocked.MemoryBarrier();
        if (HasReady || HasLong || IsStopping)
        {
            WakeOne();
        }

        worker.Sleep();
    }

    /// <summary>Ends all workers and waits for them. Nothing may become ready any more.</summary>
    public void Dispose()
    {
        IsStopping = true;
        Interlocked.MemoryBarrier();
        lock (_replacing)
        {
            _missing = 0;
        }

        foreach (Worker worker in _workers)
        {
            worker.Wake();
        }

        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }

    /// <summary>Starts a worker for each that was lost; where the system gives no thread, the next tick tries again.</summary>
    private void ReplaceMissing()
    {
        lock (_replacing)
        {
            try
            {
                while (_missing != 0)
                {
                    Worker fresh = _makeWorker(_workers.Length);
                    _start(fresh);
                    // The lost worker stays in the list, so that others take the receivers that it has made ready.
                    _workers = [.. _workers, fresh];
                    _missing--;
                }
            }
            catch (Exception e)
            {
                _failed(e);
            }
        }
    }

    private void WakeOne()
    {
        Worker? worker = null;
        bool isDone = false;
        while (!isDone)
        {
            try
            {
                worker ??= TakeParked();
                worker?.Wake();
                isDone = true;
            }
            catch (ThreadInterruptedException)
            {
                // A handler has interrupted this thread. Thrown from here, the exception would look like an error of the receiver
                // that was made ready, which belongs to another worker.
            }
        }
    }

    private Worker? TakeParked()
    {
        lock (_parking)
        {
            _parked.TryPop(out Worker? worker);
            Volatile.Write(ref _parkedCount, _parked.Count);
            return worker;
        }
    }
}
