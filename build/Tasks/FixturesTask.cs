// Keeps the committed binaries honest: each is what its source gives.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Fixtures</c>.</summary>
[TaskName("Fixtures")]
[TaskDescription("Checks that fixtures/*.wasm are what their .wat sources give; --update writes them.")]
public sealed class FixturesTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Fixtures.Run();
}
