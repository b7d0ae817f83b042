// Searches for what nobody thought of: damaged guests, topologies, message lines and prefixes.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Fuzz</c>.</summary>
[TaskName("Fuzz")]
[TaskDescription("Searches for inputs that are taken badly; findings go to artifacts/fuzz; --duration, --seed.")]
[IsDependentOn(typeof(BuildTask))]
public sealed class FuzzTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Search.Run("Fuzz");
}
