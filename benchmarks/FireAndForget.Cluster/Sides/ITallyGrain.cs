using FireAndForget.Cluster.Processes;
using Orleans;
using Orleans.Concurrency;

namespace FireAndForget.Cluster.Sides;

/// <summary>What is compared: calls of a grain on the other silo.</summary>
[Alias("FireAndForget.Cluster.ITallyGrain")]
public interface ITallyGrain : IGrainWithIntegerKey
{
    [Alias("Take")]
    Task TakeAsync([Immutable] byte[] message);

    [OneWay]
    [Alias("TakeOneWay")]
    Task TakeOneWayAsync([Immutable] byte[] message);

    [Alias("Echo")]
    Task<byte[]> EchoAsync([Immutable] byte[] message);
}

/// <inheritdoc cref="ITallyGrain"/>
[Reentrant]
internal sealed class TallyGrain : Grain, ITallyGrain
{
    public Task TakeAsync(byte[] message)
    {
        Arrivals.Add();
        return Task.CompletedTask;
    }

    public Task TakeOneWayAsync(byte[] message) => TakeAsync(message);

    public Task<byte[]> EchoAsync(byte[] message) => Task.FromResult(message);
}
