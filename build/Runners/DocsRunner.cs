// Writes what lies in docs and is made from code: tables and the page about performance, which the unit tests know how to write because
// they compare them at every run, and the picture of the page, which a browser takes. Then makes the site out of the documents and of what
// the libraries say of themselves; a link that leads nowhere fails it.

using Cake.Common;
using Cake.Core;

namespace FireAndForget.Build.Runners;

internal sealed class DocsRunner(BuildContext context)
{
    public void Run()
    {
        context.Build.Run();
        Write(TestProject.Unit, "*Documents_OfTheTables_AreWrittenAnew");
        if (context.HasArgument("picture"))
        {
            Write(TestProject.Hosting, "*Documents_ThePicture_IsTakenAnew");
        }

        context.DotNet.RunOrFail(
            "DocFX comes from .config/dotnet-tools.json; see above what stood in the way.",
            "tool",
            "restore"
        );
        context.DotNet.RunOrFail(
            "What is wrong with the documents is listed above. Links are to files that docfx.json names.",
            "docfx",
            "docfx.json",
            "--warningsAsErrors"
        );
    }

    private void Write(TestProject project, string test)
    {
        int exitCode = context.DotNet.RunIn(
            context.Root,
            new Dictionary<string, string> { ["FAF_WRITE_DOCS"] = context.Root.Combine("docs").FullPath },
            "run",
            "--project",
            project.File,
            "--configuration",
            context.BuildConfiguration,
            "--no-build",
            "--",
            "-noLogo",
            "-method",
            test
        );
        if (exitCode != 0)
        {
            throw new CakeException("The documents were not written; see above.");
        }
    }
}
