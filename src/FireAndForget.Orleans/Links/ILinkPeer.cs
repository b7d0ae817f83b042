using Orleans;
using Orleans.Runtime;

namespace FireAndForget.Orleans.Links;

/// <summary>The other end of a link. Tests put their own in its place.</summary>
internal interface ILinkPeer
{
    SiloAddress Address { get; }

    /// <summary>Delivers a frame, whose memory may be used again when the task has succeeded.</summary>
    /// <returns>What may be told of messages by now; null: nothing.</returns>
    ValueTask<byte[]?> DeliverAsync(Frame frame);

    /// <summary>Begins a session, and asks what has arrived in the session before.</summary>
    Task<LinkState> ResumeAsync(uint session, ulong settledThrough);
}

/// <summary>What a silo knows of the messages that came from another one.</summary>
[GenerateSerializer, Immutable, Alias("FireAndForget.LinkState")]
internal sealed record LinkState
{
    /// <summary>The number of the next message that it expects of each outbox, by its key.</summary>
    [Id(0)]
    public Dictionary<uint, long> Next { get; init; } = [];

    /// <summary>The settlements that the other silo does not have yet, in order.</summary>
    [Id(1)]
    public List<byte[]> Settlements { get; init; } = [];
}
