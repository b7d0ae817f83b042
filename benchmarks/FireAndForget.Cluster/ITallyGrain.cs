using Orleans;
using Orleans.Concurrency;

namespace FireAndForget.Cluster;

/// <summary>What is compared: calls of a grain on the other silo, which does nothing with what it gets; and how that silo is doing.</summary>
[Alias("FireAndForget.Cluster.ITallyGrain")]
public interface ITallyGrain : IGrainWithIntegerKey
{
    [Alias("Take")]
    Task TakeAsync([Immutable] byte[] message);

    [OneWay]
    [Alias("TakeOneWay")]
    Task TakeOneWayAsync([Immutable] byte[] message);

    /// <summary>How many messages came by calls and by NATS, and the processor time and allocated bytes of its process.</summary>
    [Alias("Look")]
    Task<Tally> LookAsync();
}

/// <summary>How the receiving process is doing.</summary>
[GenerateSerializer, Alias("FireAndForget.Cluster.Tally")]
public readonly record struct Tally(
    [property: Id(0)] long Messages,
    [property: Id(1)] double ProcessorMilliseconds,
    [property: Id(2)] long AllocatedBytes
);

/// <inheritdoc cref="ITallyGrain"/>
[Reentrant]
internal sealed class TallyGrain : Grain, ITallyGrain
{
    public Task TakeAsync(byte[] message)
    {
        Receiver.Count();
        return Task.CompletedTask;
    }

    public Task TakeOneWayAsync(byte[] message) => TakeAsync(message);

    public Task<Tally> LookAsync() => Task.FromResult(Receiver.Look());
}
