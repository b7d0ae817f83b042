using System.Diagnostics;
using FireAndForget.Diagnostics;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// What is known of one message on its way, from its send to its outcome, beyond its sender, target and bytes. Few messages have
/// one; see <see cref="MessageContexts"/>, which uses it for another message when this one has its outcome.
/// </summary>
internal sealed class MessageContext
{
    private uint _origin;

    /// <summary>
    /// The origin that the message's slot carries: the number of this context with the flag of contexts, as long as it belongs to
    /// the message.
    /// </summary>
    public uint Origin
    {
        get => Volatile.Read(ref _origin);
        set => Volatile.Write(ref _origin, value);
    }

    public Participant Sender { get; set; } = null!;

    /// <summary>The message's length in bytes.</summary>
    public int Length { get; set; }

    /// <summary>When it was sent, by the host's clock; 0 where its delivery time is not measured.</summary>
    public long Sent { get; set; }

    /// <summary>Whether its delivery time is measured.</summary>
    public bool IsTimed { get; set; }

    /// <summary>The activity of its send, which its handling is a child of; null: it is not traced.</summary>
    public Activity? Send { get; set; }

    /// <summary>How many messages that follow from it may be traced; null: it is not traced.</summary>
    public TraceBudget? Budget { get; set; }

    /// <summary>Called with the message's outcome; null: nobody waits for it.</summary>
    public OutcomeListener? Listener { get; set; }

    /// <summary>What it was published as; null: it was sent to its target alone.</summary>
    public Publication? Publication { get; set; }

    /// <summary>The topic under which it was published; null: it was sent to its target alone.</summary>
    public TopicName? Topic => Publication?.Topic;

    /// <summary>The number that it was given on the host where it was sent; null: it has that of its receiver's mailbox.</summary>
    public long? Number { get; set; }

    /// <summary>The request that the message is; null: it is none.</summary>
    public RequestListener? Request => Listener as RequestListener;

    /// <summary>Whether metrics or traces are recorded of it.</summary>
    public bool IsObserved => IsTimed || Send is not null;

    /// <summary>The activity of its handling, once that has begun.</summary>
    public Activity? Handling { get; set; }

    /// <summary>Ends it where it still has this number; once.</summary>
    public bool TryEnd(uint origin) =>
        Interlocked.CompareExchange(ref _origin, origin & ~MessageOrigin.ContextFlag, origin) == origin;
}
