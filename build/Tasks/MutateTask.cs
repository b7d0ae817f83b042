// Changes the code that decides about messages in small ways, and sees whether the unit tests notice each.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Mutate</c>.</summary>
[TaskName("Mutate")]
[TaskDescription(
    "Runs Stryker on validation, routing, ids, codecs and settlement; the report is in artifacts/mutation."
)]
public sealed class MutateTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Mutation.Run();
}
