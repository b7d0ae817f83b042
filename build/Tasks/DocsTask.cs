// Keeps what the documents say of the topology file equal to what the reader does, and makes the site.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Docs</c>.</summary>
[TaskName("Docs")]
[TaskDescription(
    "Writes the topology file's schema and reference in docs anew, and makes a site of documents and API in artifacts/site; --picture."
)]
public sealed class DocsTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Docs.Run();
}
