namespace FireAndForget.Tests.Exploring;

/// <summary>A thread of one schedule: it runs while it is its turn, and waits otherwise.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="name">What failures call it.</param>
/// <param name="number">The how manieth of the schedule it is.</param>
internal sealed class ScheduledThread(Schedule schedule, string name, int number)
{
    [ThreadStatic]
    private static ScheduledThread? _current;

    private readonly SemaphoreSlim _turn = new(0);

    /// <summary>The scheduled thread that runs here; null on threads that no schedule knows.</summary>
    public static ScheduledThread? Current => _current;

    public Schedule Schedule => schedule;

    public string Name => name;

    public int Number => number;

    /// <summary>Who has the highest goes on, where the order goes by that.</summary>
    public int Priority { get; set; }

    /// <summary>What it waits for; null: nothing.</summary>
    public Func<bool>? WaitsUntil { get; set; }

    public string WaitsFor { get; set; } = "";

    public bool IsDone { get; private set; }

    /// <summary>Whether its next wait is to throw.</summary>
    public bool IsInterrupted { get; set; }

    public bool CanRun => !IsDone && (WaitsUntil is null || WaitsUntil());

    /// <summary>What others may see late of what it wrote, in order.</summary>
    public Queue<LateWrite> LateWrites { get; } = new();

    /// <summary>How often it looked from each place since anything changed.</summary>
    public Dictionary<Place, int> Looks { get; } = [];

    public long LooksOf { get; set; }

    public void Interrupt() => IsInterrupted = true;

    /// <summary>Instead of a wait.</summary>
    public void ThrowIfInterrupted()
    {
        if (IsInterrupted)
        {
            IsInterrupted = false;
            throw new ThreadInterruptedException();
        }
    }

    public void LetRun() => _turn.Release();

    public void AwaitTurn() => _turn.Wait();

    /// <summary>Runs on a thread of the system.</summary>
    public void Run(Action body)
    {
        _current = this;
        AwaitTurn();
        try
        {
            body();
            schedule.Pass(new("ends", "", 0));
        }
        catch (Exception e)
        {
            schedule.Fail(e.ToString());
        }

        IsDone = true;
        _current = null;
        schedule.Leave(this);
    }
}
