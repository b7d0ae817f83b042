// Compiles faf ahead of time for the system at hand, into a program that starts without .NET.

using System.Runtime.InteropServices;
using Cake.Common.Diagnostics;
using Cake.Common.IO;

namespace FireAndForget.Build.Runners;

internal sealed class PublishRunner(BuildContext context)
{
    /// <summary>The system at hand, such as <c>linux-x64</c>.</summary>
    public static string System => RuntimeInformation.RuntimeIdentifier;

    /// <summary>The program, where it was made.</summary>
    public string Program => Path.Combine(Folder, OperatingSystem.IsWindows() ? "faf.exe" : "faf");

    private string Folder => context.Artifacts.Combine("publish").Combine($"faf-{System}").FullPath;

    public void Run()
    {
        context.EnsureDirectoryExists(Folder);
        context.CleanDirectory(Folder);
        context.DotNet.RunOrFail(
            "Native compilation needs a C compiler and zlib; on Debian: apt-get install clang zlib1g-dev.",
            "publish",
            "src/FireAndForget.Cli/FireAndForget.Cli.csproj",
            "--configuration",
            "Release",
            "--runtime",
            System,
            "-p:PublishAot=true",
            "--output",
            Folder,
            "--nologo"
        );
        context.Information("{0} is there.", Path.GetRelativePath(context.Root.FullPath, Program));
    }
}
