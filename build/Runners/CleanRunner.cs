// Deletes outputs. The build program's own stay, because it is running out of them.

using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Core.IO;

namespace FireAndForget.Build.Runners;

internal sealed class CleanRunner(BuildContext context)
{
    public void Run()
    {
        Delete(context.Artifacts);

        string[] folders = ["src", "tests", "benchmarks", "examples"];
        foreach (string folder in folders)
        {
            foreach (FilePath project in context.GetFiles($"{context.Root}/{folder}/**/*.csproj"))
            {
                Delete(project.GetDirectory().Combine("bin"));
                Delete(project.GetDirectory().Combine("obj"));
            }
        }
    }

    private void Delete(DirectoryPath directory)
    {
        if (context.DirectoryExists(directory))
        {
            context.Information("Deleting {0}", context.Root.GetRelativePath(directory));
            context.DeleteDirectory(directory, new DeleteDirectorySettings { Recursive = true, Force = true });
        }
    }
}
