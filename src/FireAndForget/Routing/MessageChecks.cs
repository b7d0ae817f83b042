using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget.Routing;

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

    /// <summary>The details of a refusal beyond its status, in words; empty where there are none.</summary>
    public static string Detail(SendStatus status, Participant? target, int length) =>
        (status, target) switch
        {
            (SendStatus.PayloadTooLarge, not null) =>
                $"the message has {length} bytes and '{target.Id}' accepts at most {target.MaxMessageBytes}",
            (SendStatus.UnsupportedCodec, { Codecs: not null }) =>
                $"'{target.Id}' accepts the codecs {target.Codecs.Names}",
            (SendStatus.InvalidMessage, { Codecs: not null }) =>
                $"the message must start with a codec's prefix, an unsigned varint of one of {target.Codecs.Names}",
            (SendStatus.InvalidMessage, null) => $"an id is {MessageId.Form}",
            (SendStatus.QueueFull, not null) when length > target.Target.Mailbox.LargestMessage =>
                $"the message has {length} bytes and the mailbox of '{target.Id}' holds at most {target.Target.Mailbox.LargestMessage}",
            _ => "",
        };

    /// <summary>The checks of a published message for one subscriber, in the same order; the publisher's own come before.</summary>
    public static SendStatus Check(Participant subscriber, string publisher, ReadOnlySpan<byte> message)
    {
        if (subscriber.Target.IsStopped)
        {
            return SendStatus.Closed;
        }

        if (!CapabilityPattern.AnyMatches(subscriber.ReceivesFrom, publisher))
        {
            return SendStatus.CapabilityDenied;
        }

        if (message.Length > subscriber.MaxMessageBytes)
        {
            return SendStatus.PayloadTooLarge;
        }

        return subscriber.Codecs is { } codecs ? codecs.Check(message) : SendStatus.Accepted;
    }

    /// <summary>
    /// The checks of a later message when it is scheduled: those that do not depend on room. The target need not be registered yet.
    /// </summary>
    public static SendStatus CheckLater(Route route, Participant sender, ReadOnlySpan<byte> message)
    {
        if (route.Refusal != SendStatus.TargetNotFound)
        {
            return Check(route, message);
        }

        return CapabilityPattern.AnyMatches(sender.SendsTo, route.TargetId)
            ? SendStatus.Accepted
            : SendStatus.CapabilityDenied;
    }

    /// <summary>The details of a publish that was refused as a whole; see <see cref="Detail"/>.</summary>
    public static string DetailOfTopic(SendStatus status) =>
        status == SendStatus.InvalidMessage ? $"a topic is {MessageId.Form}" : "";

    /// <summary>Why a send got its answer, in a sentence, by the state of the host now; never empty.</summary>
    /// <param name="status">The answer.</param>
    /// <param name="sender">Who sent.</param>
    /// <param name="name">The target as the sender named it.</param>
    /// <param name="target">The target; null where there is none now.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="topic">The topic under which it was published; null: it was sent to its target alone.</param>
    public static string Explain(
        SendStatus status,
        Participant sender,
        string name,
        Participant? target,
        int length,
        string? topic = null
    )
    {
        string detail = Detail(status, target, length);
        return detail.Length != 0
            ? detail
            : status switch
            {
                SendStatus.Accepted => "the message was accepted",
                SendStatus.InvalidMessage => "the target was no id, or the message did not start as its codecs ask",
                SendStatus.TargetNotFound => $"nothing was registered under {MessageId.Quote(name)}",
                SendStatus.CapabilityDenied => ExplainDenial(sender, name, topic),
                SendStatus.UnsupportedCodec =>
                    $"the message's codec was none of those that {MessageId.Quote(name)} accepted",
                SendStatus.PayloadTooLarge => $"{MessageId.Quote(name)} accepted no message of {length} bytes",
                SendStatus.QueueFull =>
                    $"the mailbox of {MessageId.Quote(name)} had no room; send again when it has handled some messages",
                SendStatus.RateLimited => $"'{sender.Id}' had used up its rate or quota of sends",
                _ => ExplainClosed(sender, name),
            };
    }

    private static string ExplainDenial(Participant sender, string name, string? topic)
    {
        string quoted = MessageId.Quote(name);
        if (topic is not null)
        {
            return CapabilityPattern.AnyMatches(sender.PublishesTo, topic)
                ? $"{quoted} does not receive from '{sender.Id}': none of its receives-from patterns matches"
                : $"'{sender.Id}' may not publish under '{topic}': none of its publishes-to patterns matches";
        }

        return CapabilityPattern.AnyMatches(sender.SendsTo, name)
            ? $"{quoted} does not receive from '{sender.Id}': none of its receives-from patterns matches"
            : $"'{sender.Id}' may not send to {quoted}: none of its sends-to patterns matches";
    }

    private static string ExplainClosed(Participant sender, string name) =>
        sender.HasLeft
            ? $"'{sender.Id}' was removed and cannot send any more"
            : $"{MessageId.Quote(name)}, or the host, has stopped and takes no messages any more";
}
