using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace FireAndForget.Threading;

/// <summary>
/// Guest threads that run pieces of work, such as making instances, for threads whose stack nobody knows or that have something
/// else to do. There are none at first; one is added where work comes and none is idle, up to a bound, and they stay until the
/// end.
/// </summary>
/// <param name="name">How they are named, with their number behind it.</param>
/// <param name="most">The most threads, at least 1; further work waits for its turn, in order.</param>
internal sealed class GuestThreads(string name, int most) : IDisposable
{
    /// <summary>The pool to which the current thread belongs; null on threads of no pool.</summary>
    [ThreadStatic]
    private static GuestThreads? _current;

    private readonly Lock _lock = new();
    private readonly List<PooledThread> _all = [];
    private readonly Stack<PooledThread> _idle = new();
    private readonly Queue<Action> _waiting = new();
    private bool _isEnding;

    /// <summary>How many threads there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>
    /// Runs a function on one of them and waits for it. It sees the caller's execution context, such as the scopes of a log; where
    /// one of these threads calls, it runs right here, because its thread might be the last.
    /// </summary>
    /// <returns>What the function returned.</returns>
    /// <exception cref="ObjectDisposedException">They have been told to end.</exception>
    /// <exception cref="OutOfMemoryException">There is no thread yet, and the system gives none.</exception>
    /// <remarks>What the function throws, this throws. A thread that is interrupted waits on and is interrupted afterwards.</remarks>
    public T Run<T>(Func<T> function)
    {
        if (_current == this)
        {
            return function();
        }

        T? result = default;
        ExceptionDispatchInfo? thrown = null;
        var context = ExecutionContext.Capture();
        using ManualResetEventSlim done = new(false, spinCount: 0);
        Post(() =>
        {
            try
            {
                result = context is null ? function() : RunIn(context, function);
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                done.Set();
            }
        });
        WaitFor(done);
        thrown?.Throw();
        return result!;
    }

    /// <summary>Runs an action on one of them and waits for it, as the other does for a function.</summary>
    /// <exception cref="ObjectDisposedException">They have been told to end.</exception>
    /// <exception cref="OutOfMemoryException">There is no thread yet, and the system gives none.</exception>
    public void Run(Action action) =>
        Run(() =>
        {
            action();
            return true;
        });

    /// <summary>Has one of them run an action, which must not throw, and does not wait for it.</summary>
    /// <exception cref="ObjectDisposedException">They have been told to end.</exception>
    /// <exception cref="OutOfMemoryException">There is no thread yet, and the system gives none.</exception>
    public void Post(Action action)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            if (_idle.TryPop(out PooledThread? idle))
            {
                idle.Give(action);
            }
            else if (_all.Count == most || !TryAdd(action))
            {
                _waiting.Enqueue(action);
            }
        }
    }

    /// <summary>Takes no more work, and waits until what it has is done and the threads have ended.</summary>
    public void Dispose() => TryEnd(Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="Dispose"/>, for a bounded time: what they do may wait for the system, which nothing interrupts.</summary>
    /// <param name="time">How long all of them are waited for together; infinite: to their end.</param>
    /// <returns>Whether they have ended. Those that have not are left to their work, and end behind it.</returns>
    public bool TryEnd(TimeSpan time)
    {
        lock (_lock)
        {
            _isEnding = true;
            while (_idle.TryPop(out PooledThread? idle))
            {
                idle.Give(null);
            }
        }

        long begin = Stopwatch.GetTimestamp();
        bool haveEnded = true;
        // No thread is added any more.
        foreach (PooledThread thread in _all)
        {
            if (thread.Join(Left(time, begin)))
            {
                thread.Dispose();
            }
            else
            {
                haveEnded = false;
            }
        }

        return haveEnded;
    }

    private static TimeSpan Left(TimeSpan time, long begin)
    {
        if (time == Timeout.InfiniteTimeSpan)
        {
            return time;
        }

        TimeSpan left = time - Stopwatch.GetElapsedTime(begin);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static T RunIn<T>(ExecutionContext context, Func<T> function)
    {
        T? result = default;
        ExecutionContext.Run(context, _ => result = function(), null);
        return result!;
    }

    private static void WaitFor(ManualResetEventSlim done)
    {
        bool isInterrupted = false;
        for (bool isDone = false; !isDone; )
        {
            try
            {
                done.Wait();
                isDone = true;
            }
            catch (ThreadInterruptedException)
            {
                // What runs cannot be taken back, and this is the only caller that takes its result.
                isInterrupted = true;
            }
        }

        if (isInterrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    /// <summary>Adds a thread that begins with this; false where the system gives none and another is there to do it.</summary>
    private bool TryAdd(Action action)
    {
        PooledThread added = new(this, $"{name} {_all.Count}", action);
        try
        {
            added.Start();
        }
        catch (OutOfMemoryException) when (_all.Count != 0)
        {
            return false;
        }

        _all.Add(added);
        return true;
    }

    /// <summary>For a thread that has nothing to do: gives it waiting work, or counts it as idle. False: it is to end.</summary>
    private bool TryContinue(PooledThread thread)
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out Action? next))
            {
                thread.Give(next);
            }
            else if (_isEnding)
            {
                return false;
            }
            else
            {
                _idle.Push(thread);
            }

            return true;
        }
    }

    /// <summary>One of the threads.</summary>
    private sealed class PooledThread : IDisposable
    {
        private readonly GuestThreads _threads;
        private readonly Thread _thread;
        private readonly ManualResetEventSlim _given = new(false, spinCount: 0);
        private Action? _action;

        public PooledThread(GuestThreads threads, string name, Action first)
        {
            _threads = threads;
            Give(first);
            _thread = GuestThread.Create(name, Run);
        }

        public void Start() => _thread.UnsafeStart();

        /// <summary>Gives a thread that has nothing to do an action, or null to have it end.</summary>
        public void Give(Action? action)
        {
            _action = action;
            _given.Set();
        }

        /// <summary>Waits for its end.</summary>
        /// <returns>Whether it has come.</returns>
        public bool Join(TimeSpan time) => _thread.Join(time);

        /// <summary>Not before its end has come.</summary>
        public void Dispose() => _given.Dispose();

        private void RunGiven()
        {
            Action? given = _action;
            // Otherwise an idle thread would keep the objects alive that its last work used.
            _action = null;
            given?.Invoke();
        }

        private void Run()
        {
            _current = _threads;
            bool goesOn = true;
            bool isWaiting = true;
            while (goesOn)
            {
                try
                {
                    if (isWaiting)
                    {
                        _given.Wait();
                        _given.Reset();
                        isWaiting = false;
                        RunGiven();
                    }

                    goesOn = _threads.TryContinue(this);
                    isWaiting = true;
                }
                catch (ThreadInterruptedException)
                {
                    // What ran, such as a logger, has interrupted this thread. The exception comes once, from the next wait for the event
                    // or the lock.
                }
            }
        }
    }
}
