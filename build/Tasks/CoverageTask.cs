// What the tests reach of the library, both test projects taken together.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Coverage</c>.</summary>
[TaskName("Coverage")]
[TaskDescription(
    "Runs all tests and writes what they cover of the library to artifacts/coverage; fails where it is too little."
)]
[IsDependentOn(typeof(BuildTask))]
public sealed class CoverageTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Coverage.Run();
}
