using System.Text.Unicode;

namespace FireAndForget.Routing;

// What a guest may call beyond send: topics and later messages.
internal sealed partial class MessageSender
{
    /// <summary>A guest's publish; null where the topic is not UTF-8.</summary>
    /// <param name="topic">The topic, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="accepted">How many subscribers accepted it; 0 where it is refused as a whole.</param>
    public SendStatus? Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> message, out uint accepted)
    {
        accepted = 0;
        return Utf8.IsValid(topic) ? SendStatus.CapabilityDenied : null;
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
        return Utf8.IsValid(target) ? SendStatus.QueueFull : null;
    }

    /// <summary>Takes a guest's later message back.</summary>
    /// <returns>False where it was sent already, or never given.</returns>
    public bool CancelLater(ulong number) => false;
}
