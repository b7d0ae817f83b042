using System.Runtime.CompilerServices;
using FireAndForget.Tests.Exploring;

namespace FireAndForget;

/// <summary>Instead of the system's: each access is a place where the schedule may go on with another thread.</summary>
internal static class Volatile
{
    public static T Read<T>(ref readonly T location, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ScheduledThread? thread = ScheduledThread.Current;
        if (thread is null)
        {
            return location;
        }

        thread.Schedule.Look(new("reads", file, line));
        return thread.Schedule.Memory.Read(thread, in location);
    }

    public static void Write<T>(
        ref T location,
        T value,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0
    )
    {
        ScheduledThread? thread = ScheduledThread.Current;
        if (thread is null)
        {
            location = value;
            return;
        }

        thread.Schedule.Pass(new("writes", file, line));
        thread.Schedule.Memory.Write(thread, ref location, value);
        thread.Schedule.MayInterrupt();
    }
}
