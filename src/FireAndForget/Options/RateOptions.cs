using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>A token bucket for what a component sends itself; a send without a token is <see cref="SendStatus.RateLimited"/>.</summary>
public sealed class RateOptions
{
    /// <summary>
    /// Tokens that come back a second, more than 0 and at most 1,000,000,000. It has to be given: a host refuses a rate without it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double MessagesPerSecond
    {
        get;
        set =>
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
        set => field = Check.Range(value, 1, 1_000_000_000, "messages");
    } = 1;

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of((nameof(MessagesPerSecond), MessagesPerSecond), (nameof(Burst), Burst));

    internal static bool AreSame(RateOptions? one, RateOptions? other) =>
        one is null || other is null
            ? one == other
            : one.MessagesPerSecond.Equals(other.MessagesPerSecond) && one.Burst == other.Burst;

    /// <summary>A copy of its own for a host.</summary>
    /// <exception cref="ArgumentException"><see cref="MessagesPerSecond"/> was not given.</exception>
    internal RateOptions Snapshot() =>
        MessagesPerSecond > 0
            ? (RateOptions)MemberwiseClone()
            : throw new ArgumentException(
                $"A rate has no {nameof(MessagesPerSecond)}: give how many messages a second may be sent, or no rate.",
                nameof(MessagesPerSecond)
            );
}
