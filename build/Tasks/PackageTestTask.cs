// Shows that what Pack makes is what users need.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>PackageTest</c>.</summary>
[TaskName("PackageTest")]
[TaskDescription(
    "Packs, uses every package in fresh projects outside the repository, and runs the commands of docs/languages; --filter."
)]
public sealed class PackageTestTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.PackageTests.Run();
}
