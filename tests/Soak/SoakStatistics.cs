using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;

namespace FireAndForget.Tests.Soak;

/// <summary>Everything that was counted, by the host and beside it, when nothing moves any more.</summary>
internal sealed record SoakStatistics
{
    /// <summary>The host's own sums.</summary>
    public required HostStatistics Host { get; init; }

    /// <summary>What became of the messages to each receiver, components that were removed included.</summary>
    public required IReadOnlyList<(string Id, string Guest, MessageStatistics Statistics)> Receivers { get; init; }

    /// <summary>The refused sends as the senders count them.</summary>
    public required long SendsRefused { get; init; }

    /// <summary>The refused sends by reason, as the host told of each.</summary>
    public required IReadOnlyDictionary<SendStatus, long> Refusals { get; init; }

    /// <summary>The dead letters by outcome, as the host told of each.</summary>
    public required IReadOnlyDictionary<Outcome, long> DeadLetters { get; init; }

    /// <summary>
    /// Refusals after the host had stopped, when it tells nobody any more: sends of the load's own endpoints, answered with
    /// <see cref="SendStatus.Closed"/>.
    /// </summary>
    public required long Untold { get; init; }

    /// <summary>Sends of the load's own endpoints, by what they were answered.</summary>
    public required IReadOnlyDictionary<SendStatus, long> OwnSends { get; init; }

    /// <summary>The refused ones among them, as the host told of each.</summary>
    public required IReadOnlyDictionary<SendStatus, long> OwnRefusals { get; init; }

    /// <summary>Calls of endpoints' handlers.</summary>
    public required long HandlerCalls { get; init; }

    /// <summary>Requests of the load's own endpoints that were accepted.</summary>
    public required long OwnRequests { get; init; }

    /// <summary>The replies to them, which come past the handlers.</summary>
    public required long OwnReplies { get; init; }

    /// <summary>What became of the messages to endpoints.</summary>
    public required MessageStatistics Endpoints { get; init; }
}
