// Shows that innocent components work on beside hostile ones, and that ten thousand of them fit. For developers' machines, like Bench.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Containment</c>.</summary>
[TaskName("Containment")]
[TaskDescription("Runs hostile guests beside innocent ones and writes docs/containment.md; --quick, --force.")]
public sealed class ContainmentTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Containment.Run();
}
