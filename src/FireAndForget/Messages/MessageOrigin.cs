namespace FireAndForget.Messages;

/// <summary>
/// Where a message comes from, as its slot carries it in 32 bits: the number of its sender, or, where more is to be known of it on
/// its way, the number of its context, which knows the sender too. A sender has a number of its own for each topic under which it
/// publishes, so that the number tells the topic too.
/// </summary>
internal static class MessageOrigin
{
    /// <summary>Set where the number is that of a context. No sender has a number so large.</summary>
    public const uint ContextFlag = 1u << 31;

    /// <summary>Set where the message was published under a topic, with or without a context. No sender has a number so large.</summary>
    public const uint TopicFlag = 1u << 30;

    /// <summary>Whether the origin is a context's number.</summary>
    public static bool HasContext(uint origin) => (int)origin < 0;

    /// <summary>Whether the message was published under a topic.</summary>
    public static bool HasTopic(uint origin) => (origin & TopicFlag) != 0;
}
