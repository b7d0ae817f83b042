using FireAndForget.Routing;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Links;

/// <summary>What an inbound link needs of its silo.</summary>
internal interface IInboundHost
{
    Registry Registry { get; }

    /// <summary>Who is here under an id, also where it is just coming or leaving; null: nobody.</summary>
    Participant? FindTarget(string id);

    /// <summary>Who is on another silo under an id; null: nobody, by what this silo knows.</summary>
    Participant? FindSender(string id, SiloAddress silo);

    /// <summary>Whether a message's origin is a sender of another silo.</summary>
    bool IsArrival(uint origin);

    /// <summary>Whether messages to an id are sent again where their fate is unknown, and so keep the numbers of their outboxes.</summary>
    bool IsAtLeastOnce(string id);

    /// <summary>Tells another silo what became of its messages.</summary>
    Task SettleAsync(SiloAddress silo, byte[] settlement);
}
