// Runs the tests of the whole way of a message, through the public API.

using Cake.Frosting;
using FireAndForget.Build.Runners;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Integration</c>.</summary>
[TaskName("Integration")]
[TaskDescription("Runs the integration tests.")]
[IsDependentOn(typeof(BuildTask))]
public sealed class IntegrationTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Tests.Run(TestProject.Integration);
}
