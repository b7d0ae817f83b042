namespace FireAndForget.Messages;

/// <summary>
/// Where a message comes from, as its slot carries it in 32 bits: the number of its sender, or, where more is to be known of it on
/// its way, the number of its context, which knows the sender too.
/// </summary>
internal static class MessageOrigin
{
    /// <summary>Set where the number is that of a context. No sender has a number so large.</summary>
    public const uint ContextFlag = 1u << 31;

    /// <summary>Whether the origin is a context's number.</summary>
    public static bool HasContext(uint origin) => (int)origin < 0;
}
