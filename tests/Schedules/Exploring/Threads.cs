namespace FireAndForget.Tests.Exploring;

/// <summary>Threads of a scenario.</summary>
internal static class Threads
{
    /// <summary>Starts one.</summary>
    public static Thread Start(string name, Action body)
    {
        Thread thread = new(body) { Name = name };
        thread.Start();
        return thread;
    }

    /// <summary>Runs all of them at once until they have ended.</summary>
    public static void Run(params (string Name, Action Body)[] bodies)
    {
        Thread[] threads = [.. bodies.Select(b => Start(b.Name, b.Body))];
        Array.ForEach(threads, t => t.Join());
    }

    /// <summary>Has the next wait of the running thread throw, as it may do itself through the system's.</summary>
    public static void Interrupt() => ScheduledThread.Current!.IsInterrupted = true;

    /// <summary>What the scenario is about is over; what follows only looks at what came of it.</summary>
    public static void EndChoices() => ScheduledThread.Current!.Schedule.EndChoices();

    public static void WaitFor(Task task, string what) => WaitFor(() => task.IsCompleted, what);

    public static void WaitFor(Func<bool> condition, string what) =>
        ScheduledThread.Current!.Schedule.WaitUntil(condition, what);
}
