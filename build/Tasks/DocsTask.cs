// Keeps what the documents say of the topology file equal to what the reader does.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Docs</c>.</summary>
[TaskName("Docs")]
[TaskDescription("Writes the topology file's JSON schema and reference in docs anew.")]
public sealed class DocsTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Docs.Run();
}
