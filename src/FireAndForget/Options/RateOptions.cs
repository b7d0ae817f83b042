namespace FireAndForget;

/// <summary>A token bucket for what a component sends itself; a send without a token is <see cref="SendStatus.RateLimited"/>.</summary>
public sealed record RateOptions
{
    /// <summary>Tokens that come back a second, more than 0 and at most 1,000,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public required double MessagesPerSecond
    {
        get;
        init =>
            field = value is > 0 and <= 1e9
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(MessagesPerSecond),
                    value,
                    $"{nameof(MessagesPerSecond)} is more than 0 and at most 1000000000 messages a second."
                );
    }

    /// <summary>How many tokens the bucket holds, and starts with: 1 to 1,000,000,000. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Burst
    {
        get;
        init => field = Check.Range(value, 1, 1_000_000_000, "messages");
    } = 1;
}
