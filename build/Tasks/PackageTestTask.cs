// Shows that what Pack makes is what users need.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>PackageTest</c>.</summary>
[TaskName("PackageTest")]
[TaskDescription(
    "Packs, and uses every package in fresh projects outside the repository: programs, the tool, templates, a native program."
)]
public sealed class PackageTestTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.PackageTests.Run();
}
