// Builds the solution in the configuration asked for.

namespace FireAndForget.Build.Runners;

internal sealed class BuildRunner(BuildContext context)
{
    public void Run() =>
        context.DotNet.RunOrFail(
            "Its errors are listed above; warnings count as errors.",
            "build",
            "FireAndForget.slnx",
            "--configuration",
            context.BuildConfiguration,
            "--nologo"
        );
}
