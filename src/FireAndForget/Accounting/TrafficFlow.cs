namespace FireAndForget;

/// <summary>How many messages came from one sender to one receiver while a <see cref="TrafficWatch"/> looked.</summary>
/// <param name="Sender">The sender's id.</param>
/// <param name="Target">The receiver's id.</param>
/// <param name="Messages">
/// How many messages were delivered. Exact for a receiver with few messages; of one that has thousands a second some are looked at and stand
/// for the others, so that with several senders at a time this is an estimate, whose sum for the receiver is exact.
/// </param>
public readonly record struct TrafficFlow(string Sender, string Target, long Messages);
