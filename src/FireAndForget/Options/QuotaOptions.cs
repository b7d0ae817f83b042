using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>How much a component may send itself in a window of time; more is <see cref="SendStatus.RateLimited"/>.</summary>
public sealed class QuotaOptions
{
    /// <summary>Messages a window; 0, the default: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Messages
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "messages");
    }

    /// <summary>Bytes a window; 0, the default: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Bytes
    {
        get;
        set => field = Check.Range(value, 0, long.MaxValue, "bytes");
    }

    /// <summary>The length of a window, which starts with the first send after the one before has ended. Default 60 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than a millisecond or more than 365 days.</exception>
    public TimeSpan Window
    {
        get;
        set => field = Check.Time(value, TimeSpan.FromMilliseconds(1));
    } = TimeSpan.FromSeconds(60);

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of((nameof(Messages), Messages), (nameof(Bytes), Bytes), (nameof(Window), Window));

    internal bool IsSameAs(QuotaOptions other) =>
        Messages == other.Messages && Bytes == other.Bytes && Window == other.Window;

    internal QuotaOptions Copy() => (QuotaOptions)MemberwiseClone();
}
