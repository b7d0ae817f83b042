namespace FireAndForget;

/// <summary>A send, of an endpoint or a component, that the host refused.</summary>
/// <param name="From">The sender's id.</param>
/// <param name="To">The target as the sender named it.</param>
/// <param name="Status">The reason.</param>
/// <param name="Why">What there is to say beyond the reason, such as the codecs that the target accepts; else empty.</param>
public sealed record SendRefused(string From, string To, SendStatus Status, string Why) : HostEvent
{
    /// <summary>
    /// How many sends this stands for: more than 1 where refusals of one sender for one reason were folded, see
    /// <see cref="EventOverflow.Wait"/>. <see cref="To"/> and <see cref="Why"/> are then those of the first.
    /// </summary>
    public long Repeat { get; init; } = 1;
}
