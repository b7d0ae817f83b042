// Shows messages going through real components.

using Cake.Frosting;

namespace FireAndForget.Build.Tasks;

/// <summary>The target <c>Demo</c>.</summary>
[TaskName("Demo")]
[TaskDescription("Runs the example, examples/fire-and-forget-messaging.")]
public sealed class DemoTask : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Demo.Run();
}
