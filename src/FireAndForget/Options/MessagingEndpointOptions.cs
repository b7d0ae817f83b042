using FireAndForget.Mailboxes;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What an endpoint accepts. It may send to everybody who receives from it.</summary>
public sealed class MessagingEndpointOptions : ReceiverOptions
{
    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(ReceivesFrom), Senders),
            (nameof(Codecs), (object?)Codecs ?? "any"),
            (nameof(MaxMessageBytes), MaxMessageBytes),
            (nameof(Mailbox), Mailbox)
        );

    /// <summary>A copy of its own for a host, in which every value was checked.</summary>
    /// <exception cref="ArgumentException">A value is not as it may be.</exception>
    internal MessagingEndpointOptions Snapshot()
    {
        var taken = (MessagingEndpointOptions)MemberwiseClone();
        taken.TakeOver();
        return taken;
    }
}
