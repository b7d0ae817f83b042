// The grain's face: one call without an answer.

using Orleans.Concurrency;

namespace FireAndForget.Peers;

/// <summary>A grain that counts.</summary>
public interface ITallyGrain : IGrainWithIntegerKey
{
    /// <summary>Counts a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>A task that ends when the call is under way.</returns>
    [OneWay]
    Task Take(byte[] message);
}
