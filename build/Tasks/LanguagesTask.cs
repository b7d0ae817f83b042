// Measures guests by language and runtime, and their loads. For developers' machines, like Bench.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Languages</c>.</summary>
[TaskName("Languages")]
[TaskDescription(
    "Measures messages by language and runtime, and loads, and writes docs/languages/cost.md; --quick, --force."
)]
public sealed class LanguagesTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Languages.Run();
}
