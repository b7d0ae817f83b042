using System.Runtime.CompilerServices;
using FireAndForget.Tests.Exploring;

namespace FireAndForget;

/// <summary>Instead of the system's: waiting is the schedule's.</summary>
/// <param name="initialState">Whether it is set.</param>
/// <param name="spinCount">Not looked at.</param>
internal sealed class ManualResetEventSlim(bool initialState, int spinCount = 0) : IDisposable
{
    private bool _isSet = initialState && spinCount >= 0;

    public void Set([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Pass(new("sets", file, line));
        _isSet = true;
    }

    public void Reset([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Pass(new("resets", file, line));
        _isSet = false;
    }

    public void Wait([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Pass(new("waits", file, line));
        if (!_isSet)
        {
            ScheduledThread.Current!.ThrowIfInterrupted();
            ScheduledThread.Current.Schedule.WaitUntil(() => _isSet, "an event");
        }
    }

    public void Dispose() { }

    private static void Pass(Place place)
    {
        if (ScheduledThread.Current is { } thread)
        {
            thread.Schedule.Pass(place);
            thread.Schedule.Memory.Fence(thread);
        }
    }
}
