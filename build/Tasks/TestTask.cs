// What must pass before anything is committed. All test projects run here, and not as Unit and Integration, so that
// failures of one do not hide those of another.

using Cake.Frosting;
using FireAndForget.Build.Runners;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Test</c>.</summary>
[TaskName("Test")]
[TaskDescription(
    "All that continuous integration needs: format check, build, fixtures check, all tests but the long ones of Nightly."
)]
[IsDependentOn(typeof(FormatTask))]
[IsDependentOn(typeof(BuildTask))]
[IsDependentOn(typeof(FixturesTask))]
public sealed class TestTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) =>
        context.Tests.Run(
            TestProject.Unit,
            TestProject.Schedules,
            TestProject.Integration,
            TestProject.Hosting,
            TestProject.Cluster
        );
}
