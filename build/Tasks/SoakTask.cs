// Shows that nothing is lost and nothing is left over, however long a host lives.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Soak</c>.</summary>
[TaskName("Soak")]
[TaskDescription(
    "Lets 300 components live under load and checks that every message is accounted for; --duration, --seed."
)]
[IsDependentOn(typeof(BuildTask))]
public sealed class SoakTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Search.Run("Soak");
}
