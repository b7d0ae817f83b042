// Builds the guests that other toolchains make, as a user of those toolchains would.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Guests</c>.</summary>
[TaskName("Guests")]
[TaskDescription("Builds fixtures/guests with the toolchains that are here; --update writes the committed ones.")]
public sealed class GuestsTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Guests.Run();
}
