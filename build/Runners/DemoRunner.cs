// Runs the example as a user would.

namespace FireAndForget.Build.Runners;

internal sealed class DemoRunner(BuildContext context)
{
    public void Run() =>
        context.DotNet.RunOrFail(
            "What the example says is above.",
            "run",
            "--project",
            "examples/fire-and-forget-messaging/fire-and-forget-messaging.csproj",
            "--configuration",
            context.BuildConfiguration
        );
}
