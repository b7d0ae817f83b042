// Runs the dotnet command line for the other runners, with the SDK that runs this program.

using System.Runtime.InteropServices;
using Cake.Common;
using Cake.Core;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class DotNetRunner(BuildContext context)
{
    public static readonly IReadOnlyDictionary<string, string> NoVariables = new Dictionary<string, string>();

    private readonly FilePath _dotnet = FindDotNet();

    /// <summary>Runs dotnet in the repository's root and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public int Run(params IEnumerable<string> arguments) => RunIn(context.Root, NoVariables, arguments);

    /// <summary>Runs dotnet like <see cref="Run"/> in another directory and with more environment variables.</summary>
    /// <returns>The exit code.</returns>
    public int RunIn(
        DirectoryPath directory,
        IReadOnlyDictionary<string, string> environment,
        params IEnumerable<string> arguments
    )
    {
        var builder = new ProcessArgumentBuilder();
        foreach (string argument in arguments)
        {
            builder.AppendQuoted(argument);
        }

        return context.StartProcess(
            _dotnet,
            new ProcessSettings
            {
                Arguments = builder,
                WorkingDirectory = directory,
                EnvironmentVariables = environment.ToDictionary(v => v.Key, string? (v) => v.Value),
            }
        );
    }

    /// <summary>Runs dotnet like <see cref="Run"/>, and fails the target when dotnet fails.</summary>
    /// <param name="whatToDo">What the reader of the error should do.</param>
    /// <param name="arguments">The arguments for dotnet.</param>
    /// <exception cref="CakeException">dotnet ended with another exit code than 0.</exception>
    public void RunOrFail(string whatToDo, params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        int exitCode = Run(all);
        if (exitCode != 0)
        {
            throw new CakeException($"'dotnet {string.Join(' ', all)}' ended with exit code {exitCode}. {whatToDo}");
        }
    }

    // The dotnet that runs this program stands three directories above its runtime; there need be none on the PATH.
    private static FilePath FindDotNet()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string path = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", name));
        return File.Exists(path) ? path : name;
    }
}
