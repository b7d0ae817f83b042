using Wasmtime;

namespace FireAndForget.Time;

/// <summary>
/// Moves the engine's epoch on every 10 ms while guests may be running, which is how budgets of time are kept; it sleeps while
/// nobody works.
/// </summary>
internal sealed class EpochTicker : IDisposable
{
    /// <summary>The epoch's tick: budgets hold within two of them.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Ticks without work before the ticker sleeps.</summary>
    private const int IdleTicksToSleep = 100;

    private readonly Engine _engine;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _wake = new(false);
    private int _users;
    private bool _asleep;
    private long _count;
    private volatile bool _stopping;

    public EpochTicker(Engine engine)
    {
        _engine = engine;
        _thread = new(Run)
        {
            IsBackground = true,
            Name = "FireAndForget epochs",
            Priority = ThreadPriority.AboveNormal,
        };
    }

    /// <summary>Whether somebody works who does not enter and exit.</summary>
    public Func<bool>? IsUsed { get; set; }

    /// <summary>What else is to be done at each tick.</summary>
    public Action? OnTick { get; set; }

    /// <summary>How many ticks there were. A clock that costs nothing to read, and stands still while nobody works.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Start() => _thread.Start();

    /// <summary>One tick; the ticker's own thread makes it when its time has come.</summary>
    public void MoveOn()
    {
        Interlocked.Increment(ref _count);
        _engine.IncrementEpoch();
        OnTick?.Invoke();
    }

    /// <summary>Somebody may run guests from now on.</summary>
    public void Enter()
    {
        // A full fence: either this sees that the ticker sleeps, or the ticker sees the user before it does.
        Interlocked.Increment(ref _users);
        WakeWhereAsleep();
    }

    /// <summary>For somebody whom <see cref="IsUsed"/> tells of, behind a full fence.</summary>
    public void WakeWhereAsleep()
    {
        if (Volatile.Read(ref _asleep))
        {
            _wake.Set();
        }
    }

    public void Exit() => Interlocked.Decrement(ref _users);

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private bool HasUsers => Volatile.Read(ref _users) != 0 || IsUsed?.Invoke() == true;

    private void Run()
    {
        int idle = 0;
        while (!_stopping)
        {
            Thread.Sleep(Tick);
            MoveOn();
            idle = HasUsers ? 0 : idle + 1;
            if (idle >= IdleTicksToSleep)
            {
                Sleep();
                idle = 0;
            }
        }
    }

    private void Sleep()
    {
        _wake.Reset();
        Volatile.Write(ref _asleep, true);
        Interlocked.MemoryBarrier();
        if (!HasUsers && !_stopping)
        {
            _wake.Wait();
        }

        Volatile.Write(ref _asleep, false);
    }
}
