// Writes what lies in docs and is made from code. The unit tests know how, because they compare it at every run.

using Cake.Core;

namespace FireAndForget.Build.Runners;

internal sealed class DocsRunner(BuildContext context)
{
    public void Run()
    {
        int exitCode = context.DotNet.RunIn(
            context.Root,
            new Dictionary<string, string> { ["FAF_WRITE_DOCS"] = context.Root.Combine("docs").FullPath },
            "run",
            "--project",
            TestProject.Unit.File,
            "--configuration",
            context.BuildConfiguration,
            "--",
            "-noLogo",
            "-method",
            "*Documents_OfTheTables_AreWrittenAnew"
        );
        if (exitCode != 0)
        {
            throw new CakeException("The documents were not written; see above.");
        }
    }
}
