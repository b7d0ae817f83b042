// Makes faf as a program that needs no .NET.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Publish</c>.</summary>
[TaskName("Publish")]
[TaskDescription("Compiles faf to a native program for this machine, into artifacts/publish.")]
public sealed class PublishTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Publish.Run();
}
