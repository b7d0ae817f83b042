using System.Diagnostics;

namespace FireAndForget.Time;

/// <summary>
/// Whether what a guest does has used up its time. Asked at each epoch tick: the first tick sees what runs, the further ones
/// count while it is still the same. So it is never cut off early, and at most two ticks late.
/// </summary>
/// <remarks>
/// Both the ticks and the clock count. A tick that is seen late, because the guest was in the host meanwhile, is no whole tick of the
/// message behind it; and time in which the whole process stood still is counted for no message.
/// </remarks>
internal sealed class TimeBudget
{
    private long _running = -1;
    private long _since;
    private long _ticks;

    /// <summary>Whether what runs has met more than one tick.</summary>
    public bool IsLong => _ticks != 0;

    /// <summary>A tick, while <paramref name="running"/> is at work.</summary>
    /// <param name="running">What runs: never the same number for two different things in a row.</param>
    /// <param name="budget">Its time; zero: no limit.</param>
    /// <param name="now">When, as <see cref="Stopwatch.GetTimestamp"/> counts.</param>
    /// <returns>Whether it has to be cut off.</returns>
    public bool Tick(long running, TimeSpan budget, long now)
    {
        if (running != _running)
        {
            _running = running;
            _since = now;
            _ticks = 0;
            return false;
        }

        _ticks++;
        return budget != TimeSpan.Zero
            && _ticks >= Math.Ceiling(budget / EpochTicker.Tick)
            && Stopwatch.GetElapsedTime(_since, now) >= budget;
    }
}
