// Starts from nothing, for when a stale output is suspected.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Clean</c>.</summary>
[TaskName("Clean")]
[TaskDescription("Deletes what builds and tests have left behind.")]
public sealed class CleanTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Clean.Run();
}
