// Makes the packages that users install.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Pack</c>.</summary>
[TaskName("Pack")]
[TaskDescription("Packs everything under src into artifacts/packages.")]
public sealed class PackTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Pack.Run();
}
