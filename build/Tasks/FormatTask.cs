// Keeps the layout of the sources out of every review.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Format</c>.</summary>
[TaskName("Format")]
[TaskDescription("Formats all sources with CSharpier; --check only says what is not formatted.")]
public sealed class FormatTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Format.Run();
}
