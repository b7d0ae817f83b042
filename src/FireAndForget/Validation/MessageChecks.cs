using FireAndForget.Routing;

namespace FireAndForget.Validation;

/// <summary>
/// The checks of a message in their one order, cheapest first: what the route has decided (id form, target, capability), size,
/// codec. Rate and quota come behind them and room last; see <see cref="MessageSender"/>.
/// </summary>
internal static class MessageChecks
{
    public static SendStatus Check(Route route, ReadOnlySpan<byte> message)
    {
        if (route.Refusal != SendStatus.Accepted)
        {
            return route.Refusal;
        }

        if (message.Length > route.MaxMessageBytes)
        {
            return SendStatus.PayloadTooLarge;
        }

        return route.Codecs is null ? SendStatus.Accepted : route.Codecs.Check(message);
    }

    /// <summary>What there is to say of a refusal beyond its status; empty where there is nothing.</summary>
    public static string Explain(SendStatus status, Participant? target, int length) =>
        (status, target) switch
        {
            (SendStatus.PayloadTooLarge, not null) =>
                $"the message has {length} bytes and '{target.Id}' accepts at most {target.MaxMessageBytes}",
            (SendStatus.UnsupportedCodec, { Codecs: not null }) =>
                $"'{target.Id}' accepts the codecs {target.Codecs.Names}",
            (SendStatus.InvalidMessage, { Codecs: not null }) =>
                $"the message must start with a codec's prefix, an unsigned varint of one of {target.Codecs.Names}",
            (SendStatus.InvalidMessage, null) => $"an id is {MessageId.Form}",
            (SendStatus.QueueFull, not null) when length > target.Receiver.Mailbox.LargestMessage =>
                $"the message has {length} bytes and the mailbox of '{target.Id}' holds at most {target.Receiver.Mailbox.LargestMessage}",
            _ => "",
        };
}
