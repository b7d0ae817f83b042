using System.Globalization;

namespace FireAndForget;

/// <summary>How many messages came from one sender to one receiver while a <see cref="TrafficWatch"/> looked.</summary>
public sealed class TrafficFlow
{
    /// <summary>The sender's id.</summary>
    public required string Sender { get; init; }

    /// <summary>The receiver's id.</summary>
    public required string Target { get; init; }

    /// <summary>
    /// How many messages were delivered. Exact for a receiver with few messages. Of one that gets thousands a second some are looked at
    /// and stand for the others, so with several senders at a time this is an estimate, whose sum for the receiver is exact.
    /// </summary>
    public long Messages { get; init; }

    /// <summary>The flow in a line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Messages} messages from {Sender} to {Target}");
}
