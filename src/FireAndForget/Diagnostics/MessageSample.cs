using System.Diagnostics;
using FireAndForget.Routing;

namespace FireAndForget.Diagnostics;

/// <summary>A message that is watched on its way, from its send to its outcome.</summary>
internal sealed class MessageSample
{
    /// <summary>What its slot carries in place of its sender's number.</summary>
    public required uint Number { get; init; }

    public required Participant Sender { get; init; }

    /// <summary>In bytes.</summary>
    public required int Length { get; init; }

    /// <summary>When it was sent, by the host's clock.</summary>
    public required long Sent { get; init; }

    /// <summary>Whether its delivery time is taken.</summary>
    public required bool IsTimed { get; init; }

    /// <summary>The activity of its send, whose context it carries; null: it is not traced.</summary>
    public required Activity? Send { get; init; }

    /// <summary>How many messages that follow from it may be traced.</summary>
    public required TraceBudget Budget { get; init; }

    /// <summary>The activity of its handling, once that has begun.</summary>
    public Activity? Handling { get; set; }
}
