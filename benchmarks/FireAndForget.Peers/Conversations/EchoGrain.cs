// The grain that answers.

namespace FireAndForget.Peers.Conversations;

/// <summary>Answers with what it is asked; Orleans copies both ways.</summary>
public sealed class EchoGrain : Grain, IEchoGrain
{
    /// <inheritdoc/>
    public Task<byte[]> Echo(byte[] message) => Task.FromResult(message);
}
