namespace FireAndForget.Guests;

/// <summary>
/// What the host answered a send with: <see cref="Accepted"/>, or why it refused the message. The refusals are the cases of
/// <c>send-error</c> in the WIT that is in this package, one behind their index there.
/// </summary>
public enum SendStatus
{
    /// <summary>The message was queued.</summary>
    Accepted = 0,

    /// <summary>The target or topic is not a valid id, or the message's codec prefix is malformed.</summary>
    InvalidMessage = 1,

    /// <summary>Nothing is registered under the target's id.</summary>
    TargetNotFound = 2,

    /// <summary>This guest holds no capability for the target or topic, or the target does not receive from it.</summary>
    CapabilityDenied = 3,

    /// <summary>The message's codec is not among those that the target declares.</summary>
    UnsupportedCodec = 4,

    /// <summary>The message is larger than the target accepts.</summary>
    PayloadTooLarge = 5,

    /// <summary>The target's mailbox is full, or this guest has too many requests or later messages open.</summary>
    QueueFull = 6,

    /// <summary>This guest is over its rate limit or its quota.</summary>
    RateLimited = 7,

    /// <summary>The target, or the host, is stopping or has stopped.</summary>
    Closed = 8,
}
