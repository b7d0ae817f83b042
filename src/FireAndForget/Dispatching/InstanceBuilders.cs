using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Time;

namespace FireAndForget.Dispatching;

/// <summary>A fresh instance of a component that has to be made. A component has one at a time.</summary>
internal interface IInstanceBuild
{
    /// <summary>Whether the component's last one took so long that others come first.</summary>
    bool IsSlow { get; }

    /// <summary>Makes it and hands it over; throws nothing.</summary>
    void Make();
}

/// <summary>
/// Makes fresh instances away from the workers, because what a guest runs at its start may take as long as its load budget. A
/// thread is added where a build waits and none is free, up to a bound, so that no build waits for another one's end; builds of
/// components that are known to be slow leave some threads to the others and wait behind each other beyond that.
/// </summary>
/// <param name="post">Has a thread run an action; it may throw where the system has no thread to give.</param>
/// <param name="spin">How long a thread without a build looks for the next before it leaves.</param>
/// <param name="ticker">Told of who builds.</param>
/// <param name="failed">Told of errors of the host itself; the build is tried again or goes on.</param>
internal sealed class InstanceBuilders(Action<Action> post, TimeSpan spin, EpochTicker ticker, Action<Exception> failed)
{
    /// <summary>The most threads, and so the most builds at a time.</summary>
    public const int Most = 64;

    /// <summary>The most of them that slow builds may have, so that a build of a component that is not slow finds one.</summary>
    public const int MostSlow = 48;

    /// <summary>A component whose build took more ticks than these 100 ms is slow until one takes less.</summary>
    public const long MostTicks = 10;

    private readonly Lock _lock = new();
    private readonly Queue<IInstanceBuild> _waiting = new();
    private readonly Queue<IInstanceBuild> _waitingSlow = new();
    private int _threads;
    private int _slowAtWork;
    private int _looking;

    /// <summary>Builds that a thread could take; read without the lock by those that look for one.</summary>
    private int _takeable;

    /// <summary>Adds a build. Any thread.</summary>
    public void Add(IInstanceBuild build)
    {
        // The ticker runs until the build is made: where no thread can be had yet, the next tick tries again.
        ticker.Enter();
        lock (_lock)
        {
            (build.IsSlow ? _waitingSlow : _waiting).Enqueue(build);
            CountTakeable();
        }

        AddThreadWhereNeeded();
    }

    /// <summary>Called at each tick: adds the thread that could not be had before.</summary>
    public void Tick()
    {
        if (Volatile.Read(ref _takeable) != 0)
        {
            AddThreadWhereNeeded();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The next tick tries again.")]
    private void AddThreadWhereNeeded()
    {
        lock (_lock)
        {
            if (_takeable <= _looking || _threads == Most)
            {
                return;
            }

            _threads++;
        }

        try
        {
            post(Run);
        }
        catch (Exception e)
        {
            lock (_lock)
            {
                _threads--;
            }

            failed(e);
        }
    }

    private void Run()
    {
        while (TryTake(out IInstanceBuild? build, out bool isSlow))
        {
            try
            {
                build.Make();
            }
            catch (Exception e)
            {
                failed(e);
            }

            ticker.Exit();
            if (isSlow)
            {
                lock (_lock)
                {
                    _slowAtWork--;
                    CountTakeable();
                }
            }
        }
    }

    /// <summary>Takes the next build; where none comes within a while, this thread leaves.</summary>
    private bool TryTake([NotNullWhen(true)] out IInstanceBuild? build, out bool isSlow)
    {
        lock (_lock)
        {
            if (TryDequeue(out build, out isSlow))
            {
                return true;
            }

            _looking++;
        }

        LookForNext();
        lock (_lock)
        {
            _looking--;
            if (TryDequeue(out build, out isSlow))
            {
                return true;
            }

            _threads--;
            return false;
        }
    }

    private bool TryDequeue([NotNullWhen(true)] out IInstanceBuild? build, out bool isSlow)
    {
        isSlow = false;
        if (!_waiting.TryDequeue(out build) && _slowAtWork < MostSlow)
        {
            isSlow = _waitingSlow.TryDequeue(out build);
            _slowAtWork += isSlow ? 1 : 0;
        }

        CountTakeable();
        return build is not null;
    }

    private void CountTakeable() =>
        Volatile.Write(ref _takeable, _waiting.Count + Math.Min(_waitingSlow.Count, MostSlow - _slowAtWork));

    /// <summary>
    /// Spins for the next build: a guest that traps at message after message is built anew each time, and waking a thread costs
    /// more than the build.
    /// </summary>
    private void LookForNext()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _takeable) == 0 && Stopwatch.GetElapsedTime(start) < spin)
        {
            Thread.SpinWait(16);
        }
    }
}
