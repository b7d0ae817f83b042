using FireAndForget.Routing;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Links;

/// <summary>What an inbound link needs of its silo.</summary>
internal interface IInboundHost
{
    Registry Registry { get; }

    /// <summary>The participant on this silo under an id, also while it is arriving or leaving; null: there is none.</summary>
    Participant? FindTarget(string id);

    /// <summary>The participant of another silo under an id; null: this silo knows none there.</summary>
    Participant? FindSender(string id, SiloAddress silo);

    /// <summary>Under which number messages are taken on that somebody of another silo published.</summary>
    Publication PublicationOf(Participant publisher, string topic);

    /// <summary>Whether a message's origin is a sender of another silo.</summary>
    bool IsArrival(uint origin);

    /// <summary>
    /// Whether messages to an id are delivered at least once: they are sent again where their fate is unknown, and so keep the
    /// numbers of their outboxes.
    /// </summary>
    bool IsAtLeastOnce(string id);

    /// <summary>Reports the outcomes of its messages to another silo.</summary>
    Task SettleAsync(SiloAddress silo, byte[] settlement);
}
