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

    /// <summary>The dotnet that runs this program, which stands three directories above its runtime; there need be none on the PATH.</summary>
    public static string Program
    {
        get
        {
            string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            string path = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", name));
            return File.Exists(path) ? path : name;
        }
    }

    private readonly FilePath _dotnet = Program;

    /// <summary>Runs dotnet in the repository's root and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public int Run(params IEnumerable<string> arguments) => RunIn(context.Root, NoVariables, arguments);

    /// <summary>Runs dotnet like <see cref="Run"/> in another directory and with more environment variables.</summary>
    /// <returns>The exit code.</returns>
    public int RunIn(
        DirectoryPath directory,
        IReadOnlyDictionary<string, string> environment,
        params IEnumerable<string> arguments
    ) => context.StartProcess(_dotnet, SettingsOf(arguments, directory, environment));

    /// <summary>Runs dotnet like <see cref="Run"/> and keeps what it writes, so that several can run at once and be read one by one.</summary>
    /// <returns>The exit code, and the lines of both streams as they came.</returns>
    public (int ExitCode, IReadOnlyList<string> Lines) RunAndKeepOutput(params IEnumerable<string> arguments)
    {
        List<string> lines = [];
        Lock access = new();
        ProcessSettings settings = SettingsOf(arguments, context.Root, NoVariables);
        settings.RedirectStandardOutput = true;
        settings.RedirectStandardError = true;
        settings.RedirectedStandardOutputHandler = Keep;
        settings.RedirectedStandardErrorHandler = Keep;
        int exitCode = context.StartProcess(_dotnet, settings);
        lock (access)
        {
            return (exitCode, [.. lines]);
        }

        // Called by the readers of both streams; a line that is null is the stream's end.
        string? Keep(string? line)
        {
            if (line is not null)
            {
                lock (access)
                {
                    lines.Add(line);
                }
            }

            return null;
        }
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

    private static ProcessSettings SettingsOf(
        IEnumerable<string> arguments,
        DirectoryPath directory,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var builder = new ProcessArgumentBuilder();
        foreach (string argument in arguments)
        {
            builder.AppendQuoted(argument);
        }

        return new ProcessSettings
        {
            Arguments = builder,
            WorkingDirectory = directory,
            EnvironmentVariables = environment.ToDictionary(v => v.Key, string? (v) => v.Value),
        };
    }
}
