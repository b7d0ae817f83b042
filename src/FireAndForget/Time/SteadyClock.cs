namespace FireAndForget.Time;

/// <summary>
/// How much time has passed by a clock that may be set: where the clock goes back, none has. So what waits for a time waits no
/// longer than that, and what was used up does not come back sooner. For one thread at a time.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private long _seen = time.GetTimestamp();
    private long _passed;

    /// <summary>The time since this was made; never less than before.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            long now = time.GetTimestamp();
            _passed += Math.Max(0, now - _seen);
            _seen = now;
            return time.GetElapsedTime(0, _passed);
        }
    }
}
