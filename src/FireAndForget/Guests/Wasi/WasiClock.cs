namespace FireAndForget.Guests.Wasi;

/// <summary>The clocks of one instance, read from the host's <see cref="TimeProvider"/>, in nanoseconds.</summary>
internal sealed class WasiClock(TimeProvider time)
{
    private const ulong Second = 1_000_000_000;

    private readonly long _start = time.GetTimestamp();
    private readonly ulong _frequency = (ulong)time.TimestampFrequency;
    private ulong _last;

    /// <summary>Nanoseconds since the instance was made. It never goes back, whatever the provider says.</summary>
    public ulong Now
    {
        get
        {
            ulong passed = (ulong)Math.Max(0, time.GetTimestamp() - _start);
            ulong now =
                _frequency == Second
                    ? passed
                    : (ulong)UInt128.Min(ulong.MaxValue, (UInt128)passed * Second / _frequency);
            return _last = Math.Max(_last, now);
        }
    }

    /// <summary>The smallest step of <see cref="Now"/>.</summary>
    public ulong Resolution => Math.Max(1, Second / _frequency);

    /// <summary>The time of day: whole seconds since 1970 in UTC, not before, and the rest.</summary>
    public (ulong Seconds, uint Nanoseconds) WallNow
    {
        get
        {
            long ticks = Math.Max(0, time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks);
            (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
            return ((ulong)seconds, (uint)(rest * TimeSpan.NanosecondsPerTick));
        }
    }

    /// <summary>The smallest step of the time of day.</summary>
    public static (ulong Seconds, uint Nanoseconds) WallResolution => (0, (uint)TimeSpan.NanosecondsPerTick);

    /// <summary>The instant that lies a duration from now, in nanoseconds; the greatest one where that would overflow.</summary>
    public ulong After(ulong duration)
    {
        ulong now = Now;
        return duration > ulong.MaxValue - now ? ulong.MaxValue : now + duration;
    }
}
