// Clusters of real processes, which are killed, frozen, upgraded and stopped while everybody sends.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>ClusterTest</c>.</summary>
[TaskName("ClusterTest")]
[TaskDescription(
    "Kills, freezes, drains, upgrades and restarts clusters of processes with Redis and compares the counts; --duration: a soak under kills."
)]
[IsDependentOn(typeof(BuildTask))]
public sealed class ClusterTestTask : FrostingTask<BuildContext>
{
    /// <summary>What silos of the version of the protocol before are built into.</summary>
    private const string Older = "artifacts/older-protocol";

    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        context.DotNet.RunOrFail(
            "The errors are above.",
            "build",
            "tests/ClusterTest",
            "-c",
            context.BuildConfiguration,
            "--artifacts-path",
            Older,
            "-p:UseArtifactsOutput=true",
            "-p:ProtocolVersion=2"
        );
        string older =
            $"{Older}/bin/ClusterTest/{context.BuildConfiguration.ToLowerInvariant()}/FireAndForget.Tests.ClusterTest.dll";
        context.Search.Run("ClusterTest", $"--older={Path.GetFullPath(older)}");
    }
}
