namespace FireAndForget;

/// <summary>
/// What a send was answered with: <see cref="Accepted"/>, or the reason why the host refused the message. The refusals
/// are the cases of <c>send-error</c> in <c>fixtures/wit/messaging.wit</c>, one behind their index there.
/// </summary>
/// <remarks>A refused message was not queued and leaves no trace but its count and its event.</remarks>
public enum SendStatus : byte
{
    /// <summary>The message was queued; it will end in exactly one <see cref="Outcome"/>.</summary>
    Accepted = 0,

    /// <summary>The target is no valid id, the topic is no valid name, or the message's codec prefix is malformed.</summary>
    InvalidMessage = 1,

    /// <summary>Nothing is registered under the target's id.</summary>
    TargetNotFound = 2,

    /// <summary>
    /// The sender holds no capability for the target or for the topic, or the target does not receive from this sender.
    /// </summary>
    CapabilityDenied = 3,

    /// <summary>The message's codec is not among those that the target declares.</summary>
    UnsupportedCodec = 4,

    /// <summary>The message is larger than the target accepts.</summary>
    PayloadTooLarge = 5,

    /// <summary>
    /// The target's mailbox has no room for the message, or as many requests of the sender are open, or as many later messages of it
    /// wait, as its options allow.
    /// </summary>
    QueueFull = 6,

    /// <summary>The sender is over its rate limit or its quota.</summary>
    RateLimited = 7,

    /// <summary>The target, or the host, is stopping or has stopped.</summary>
    Closed = 8,
}
