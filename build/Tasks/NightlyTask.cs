// All tests with their long matrices, which take longer than a commit should wait for.

using Cake.Frosting;
using FireAndForget.Build.Runners;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Nightly</c>.</summary>
[TaskName("Nightly")]
[TaskDescription("All tests, also those of the category Nightly: the long matrices of which Test runs a few cells.")]
[IsDependentOn(typeof(BuildTask))]
[IsDependentOn(typeof(FixturesTask))]
public sealed class NightlyTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) =>
        context.Tests.RunWithNightly(
            TestProject.Unit,
            TestProject.Schedules,
            TestProject.Integration,
            TestProject.Hosting,
            TestProject.Cluster
        );
}
