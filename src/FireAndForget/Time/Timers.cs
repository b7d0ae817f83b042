namespace FireAndForget.Time;

/// <summary>What a timer can wait for: less than 50 days.</summary>
internal static class Timers
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>The time, or the longest that a timer can wait for.</summary>
    public static TimeSpan Clamp(TimeSpan time) => time < Longest ? time : Longest;
}
