// Runs the tests of the parts of the library, one part at a time.

using Cake.Frosting;
using FireAndForget.Build.Runners;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Unit</c>.</summary>
[TaskName("Unit")]
[TaskDescription("Runs the unit tests.")]
[IsDependentOn(typeof(BuildTask))]
public sealed class UnitTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Tests.Run(TestProject.Unit);
}
