// The face of the grain that answers.

namespace FireAndForget.Peers.Conversations;

/// <summary>A grain that answers with what it is asked.</summary>
public interface IEchoGrain : IGrainWithIntegerKey
{
    /// <summary>Answers.</summary>
    /// <param name="message">What is asked.</param>
    /// <returns>The same.</returns>
    Task<byte[]> Echo(byte[] message);
}
