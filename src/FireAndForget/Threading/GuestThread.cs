namespace FireAndForget.Threading;

/// <summary>
/// A thread on which guests may run: its stack has a known size, whatever the process or the shell that started it sets for
/// threads, and handlers of signals have room.
/// </summary>
internal static class GuestThread
{
    /// <summary>Room for a guest's stack (512 KiB) with .NET frames above and below.</summary>
    public const int StackBytes = 4 << 20;

    /// <summary>Makes a background thread; it does not run yet.</summary>
    public static Thread Create(string name, Action run) =>
        new(() => RunOnSignalStack(run), StackBytes) { IsBackground = true, Name = name };

    private static void RunOnSignalStack(Action run)
    {
        SignalStack.Saved saved = SignalStack.Enter();
        try
        {
            run();
        }
        finally
        {
            SignalStack.Exit(saved);
        }
    }
}
