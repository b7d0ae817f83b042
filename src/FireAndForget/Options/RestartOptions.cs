using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>How often a component whose guest trapped or timed out gets a fresh instance.</summary>
public sealed class RestartOptions
{
    /// <summary>How many restarts there may be within a window; 0: none. Default 5. When none is left the component stops.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Max
    {
        get;
        set => field = Check.Range(value, 0, int.MaxValue, "restarts");
    } = 5;

    /// <summary>The length of the window, which ends with the trap or timeout at hand. Default 60 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than a millisecond or more than 365 days.</exception>
    public TimeSpan Window
    {
        get;
        set => field = Check.Time(value, TimeSpan.FromMilliseconds(1));
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The pause before the first restart of a window; doubled at each further one, with up to a quarter of jitter. Default
    /// none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than 365 days.</exception>
    public TimeSpan Pause
    {
        get;
        set => field = Check.Time(value, TimeSpan.Zero);
    }

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of((nameof(Max), Max), (nameof(Window), Window), (nameof(Pause), Pause));

    internal RestartOptions Copy() => (RestartOptions)MemberwiseClone();
}
