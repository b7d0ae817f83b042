namespace FireAndForget.Hosting;

/// <summary>When the health check of a host calls it degraded.</summary>
public sealed class FireAndForgetHealthOptions
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(365);

    /// <summary>How many restarts of a component within <see cref="RestartWindow"/> are too many, 1 or more. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Restarts
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 3;

    /// <summary>
    /// The time in which restarts are counted, by the host's clock, to a sixtieth of it. Default 1 minute. Restarts are looked at when
    /// the check runs, so checks should come more often than this.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than 365 days.</exception>
    public TimeSpan RestartWindow
    {
        get;
        set
        {
            if (value <= TimeSpan.Zero || value > LongestWindow)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(RestartWindow),
                    value,
                    $"{nameof(RestartWindow)} is a time of more than 00:00:00, and at most {LongestWindow:c} (365 days)."
                );
            }

            field = value;
        }
    } = TimeSpan.FromMinutes(1);
}
