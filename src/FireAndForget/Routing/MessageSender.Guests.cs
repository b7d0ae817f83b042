namespace FireAndForget.Routing;

// What a guest may call beyond send: topics and later messages.
internal sealed partial class MessageSender
{
    /// <summary>The later messages that are not due yet.</summary>
    private readonly HashSet<ulong> _later = [];

    /// <summary>A guest's publish; null where the topic is not UTF-8.</summary>
    /// <param name="topic">The topic, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="accepted">How many subscribers accepted it; 0 where it is refused as a whole.</param>
    public SendStatus? Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> message, out uint accepted)
    {
        accepted = 0;
        Route? route = _routes.Find(topic);
        return route is null ? null : Refuse(route, SendStatus.CapabilityDenied, message.Length);
    }

    /// <summary>A guest's later message; null where the target is not UTF-8.</summary>
    /// <param name="target">The target, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="delayMs">After how many milliseconds it is sent.</param>
    /// <param name="number">The number under which it can be taken back; 0 where it is refused.</param>
    public SendStatus? SendLater(
        ReadOnlySpan<byte> target,
        ReadOnlySpan<byte> message,
        ulong delayMs,
        out ulong number
    )
    {
        number = 0;
        Route? route = _routes.Find(target);
        return route is null ? null : Refuse(route, SendStatus.QueueFull, message.Length);
    }

    /// <summary>Takes a guest's later message back.</summary>
    /// <returns>False where it was sent already, or never given.</returns>
    public bool CancelLater(ulong number) => _later.Remove(number);
}
