// Formats the sources with the CSharpier of the tool manifest. It changes files only when Format was asked for by name
// and without --check, so that no other target ever edits what it is to judge.

using Cake.Common;

namespace FireAndForget.Build.Runners;

internal sealed class FormatRunner(BuildContext context)
{
    public void Run()
    {
        context.DotNet.RunOrFail(
            "CSharpier comes from .config/dotnet-tools.json; see above what stood in the way.",
            "tool",
            "restore"
        );

        if (context.IsAskedFor("Format") && !context.HasArgument("check"))
        {
            context.DotNet.RunOrFail("What CSharpier could not read is listed above.", "csharpier", "format", ".");
        }
        else
        {
            context.DotNet.RunOrFail(
                "The files listed above are not formatted. Run: dotnet run --project build -- --target=Format",
                "csharpier",
                "check",
                "."
            );
        }
    }
}
