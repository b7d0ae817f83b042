// Builds everything once, for all targets that run something.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Build</c>.</summary>
[TaskName("Build")]
[TaskDescription("Builds the solution; warnings are errors.")]
public sealed class BuildTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Build.Run();
}
