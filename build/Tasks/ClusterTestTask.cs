// Clusters of real processes, which are killed, frozen and stopped while everybody sends.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>ClusterTest</c>.</summary>
[TaskName("ClusterTest")]
[TaskDescription(
    "Kills, freezes, drains and restarts clusters of processes with Redis and compares the counts; --duration: a soak under kills."
)]
[IsDependentOn(typeof(BuildTask))]
public sealed class ClusterTestTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Search.Run("ClusterTest");
}
