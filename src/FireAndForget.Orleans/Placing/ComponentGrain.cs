using FireAndForget.Orleans.Table;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace FireAndForget.Orleans.Placing;

/// <summary>
/// Decides where a component comes up: once in the cluster, where Orleans places this grain. Messages do not go through it, and it
/// keeps no state: which silo hosts what is in the table.
/// </summary>
[Alias("FireAndForget.IComponentGrain")]
internal interface IComponentGrain : IGrainWithStringKey
{
    /// <summary>Brings it up on a silo, or replaces it where it runs.</summary>
    /// <param name="entry">What is deployed.</param>
    /// <param name="silo">The silo; null: that of this activation.</param>
    [ResponseTimeout("00:10:00")]
    [Alias("Deploy")]
    Task<Failure?> DeployAsync(TableEntry entry, SiloAddress? silo);

    /// <summary>Brings it up on the silo of this activation, where it runs on no silo that lives.</summary>
    /// <param name="entry">What was known of it.</param>
    [ResponseTimeout("00:10:00")]
    [Alias("Ensure")]
    Task<Failure?> EnsureAsync(TableEntry entry);

    /// <summary>Moves this activation to the silo of its component.</summary>
    [Alias("Follow")]
    Task FollowAsync(SiloAddress silo);
}

/// <inheritdoc cref="IComponentGrain"/>
[KeepAlive]
internal sealed class ComponentGrain(ClusterNode node) : Grain, IComponentGrain
{
    // Loading takes long, so it does not run on the grain's scheduler.

    public Task<Failure?> DeployAsync(TableEntry entry, SiloAddress? silo) =>
        Task.Run(() => Failure.TryAsync(() => node.DeployFromGrainAsync(entry, silo)));

    public Task<Failure?> EnsureAsync(TableEntry entry) =>
        Task.Run(() => Failure.TryAsync(() => node.EnsureAsync(entry)));

    public Task FollowAsync(SiloAddress silo)
    {
        if (silo != node.Silo)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
            MigrateOnIdle();
        }

        return Task.CompletedTask;
    }
}
