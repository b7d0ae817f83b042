using System.Diagnostics;
using FireAndForget.Diagnostics;

namespace FireAndForget.Routing;

/// <summary>
/// What is known of one message on its way, from its send to its outcome, beyond its sender, target and bytes. Few messages have
/// one; see <see cref="MessageContexts"/>.
/// </summary>
internal sealed class MessageContext
{
    /// <summary>What the message's slot carries: this context's number, with the flag that says so.</summary>
    public required uint Origin { get; init; }

    public required Participant Sender { get; init; }

    /// <summary>The message's length in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>When it was sent, by the host's clock; 0 where its delivery time is not measured.</summary>
    public required long Sent { get; init; }

    /// <summary>Whether its delivery time is measured.</summary>
    public required bool IsTimed { get; init; }

    /// <summary>The activity of its send, which its handling is a child of; null: it is not traced.</summary>
    public required Activity? Send { get; init; }

    /// <summary>How many messages that follow from it may be traced; null: it is not traced.</summary>
    public required TraceBudget? Budget { get; init; }

    /// <summary>Told of its outcome; null: nobody waits for that.</summary>
    public required OutcomeListener? Listener { get; init; }

    /// <summary>The number that it was given on the host where it was sent; null: it has that of its receiver's mailbox.</summary>
    public long? Number { get; set; }

    /// <summary>The request that the message is; null: it is none.</summary>
    public RequestListener? Request => Listener as RequestListener;

    /// <summary>Whether metrics or traces are recorded of it.</summary>
    public bool IsObserved => IsTimed || Send is not null;

    /// <summary>The activity of its handling, once that has begun.</summary>
    public Activity? Handling { get; set; }
}
