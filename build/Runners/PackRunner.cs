// Packs the projects under src that are packages.

using Cake.Common.IO;

namespace FireAndForget.Build.Runners;

internal sealed class PackRunner(BuildContext context)
{
    /// <summary>Where the packages go.</summary>
    public string Folder => context.Artifacts.Combine("packages").FullPath;

    /// <summary>Packs into artifacts/packages, which is emptied first.</summary>
    public void Run()
    {
        context.EnsureDirectoryExists(Folder);
        context.CleanDirectory(Folder);
        context.DotNet.RunOrFail(
            "See above what keeps it from being a package.",
            "pack",
            "src/Packages.slnx",
            "--configuration",
            context.BuildConfiguration,
            "--output",
            Folder,
            "--nologo",
            "--verbosity",
            "quiet"
        );
    }
}
