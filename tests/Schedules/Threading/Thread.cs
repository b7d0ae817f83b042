using FireAndForget.Tests.Exploring;

namespace FireAndForget;

/// <summary>Instead of the system's: a thread that runs when the schedule lets it.</summary>
/// <param name="start">What it runs.</param>
/// <param name="maxStackSize">Not looked at.</param>
internal sealed class Thread(Action start, int maxStackSize = 0)
{
    private ScheduledThread? _thread;

    public string? Name { get; set; }

    public bool IsBackground { get; set; } = maxStackSize >= 0;

    public ThreadPriority Priority { get; set; }

    public bool IsAlive => _thread is { IsDone: false };

    public static ScheduledThread CurrentThread => ScheduledThread.Current!;

    public static void Sleep(TimeSpan time) => Yield();

    public static void Sleep(int milliseconds) => Yield();

    public static void SpinWait(int iterations) { }

    public static bool Yield()
    {
        ScheduledThread.Current?.Schedule.Yield();
        return true;
    }

    public void Start() => _thread = ScheduledThread.Current!.Schedule.Start(Name ?? "thread", start);

    public void UnsafeStart() => Start();

    public void Join() => ScheduledThread.Current!.Schedule.WaitUntil(() => _thread!.IsDone, $"the end of {Name}");

    /// <summary>As without a time: none passes here.</summary>
    public bool Join(TimeSpan time)
    {
        Join();
        return true;
    }
}
