// Packs the projects under src that are packages.

using Cake.Common.IO;

namespace FireAndForget.Build.Runners;

internal sealed class PackRunner(BuildContext context)
{
    /// <summary>Packs into artifacts/packages.</summary>
    public void Run() => PackInto(context.Artifacts.Combine("packages").FullPath, version: null);

    /// <summary>Packs into a folder that is emptied first.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="version">The version; null: that of the repository.</param>
    public void PackInto(string directory, string? version)
    {
        context.EnsureDirectoryExists(directory);
        context.CleanDirectory(directory);
        foreach (string project in Projects())
        {
            context.DotNet.RunOrFail(
                "See above what keeps it from being a package.",
                [
                    "pack",
                    project,
                    "--configuration",
                    context.BuildConfiguration,
                    "--output",
                    directory,
                    "--nologo",
                    "--verbosity",
                    "quiet",
                    .. version is null ? Array.Empty<string>() : [$"-p:Version={version}"],
                ]
            );
        }
    }

    /// <summary>The project files under src; pack leaves those out that are no packages.</summary>
    private IEnumerable<string> Projects() =>
        Directory
            .EnumerateFiles(context.Root.Combine("src").FullPath, "*.csproj", SearchOption.AllDirectories)
            .Where(file =>
                Path.GetRelativePath(context.Root.Combine("src").FullPath, file)
                    .Split(Path.DirectorySeparatorChar)
                    .Length == 2
            )
            .Order(StringComparer.Ordinal);
}
