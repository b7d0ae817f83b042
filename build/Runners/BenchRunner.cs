// Builds the benchmarks, sees whether the machine is fit, runs them in processes of their own, and makes the document out of what
// they leave. Results go to artifacts first, and to docs only when everything has been measured.

using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Core.IO;
using FireAndForget.Reporting;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class BenchRunner(BuildContext context)
{
    private const string Configuration = "Release";

    private static readonly string[] Programs = ["FireAndForget.Peers", "FireAndForget.Benchmarks"];

    private readonly string _results = context.Artifacts.Combine("performance").FullPath;
    private readonly string _docs = context.Root.Combine("docs").FullPath;

    public void Run()
    {
        foreach (string program in Programs)
        {
            context.DotNet.RunOrFail(
                "Its errors are listed above.",
                "build",
                $"benchmarks/{program}/{program}.csproj",
                "--configuration",
                Configuration,
                "--nologo"
            );
        }

        IReadOnlyList<string> unfit = CheckMachine();
        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }

        string? filter = context.Argument<string?>("filter", null);
        foreach (string program in Programs)
        {
            RunProgram(program, filter, unfit);
        }

        if (filter is null)
        {
            WriteDocument();
        }
        else
        {
            context.Information(
                "The results are in {0}. A filtered run leaves docs/performance.md as it is.",
                _results
            );
        }
    }

    private IReadOnlyList<string> CheckMachine()
    {
        IReadOnlyList<string> unfit = Preflight.Check(context.BuildConfiguration);
        foreach (string reason in unfit)
        {
            context.Warning("Not fit for measuring: {0}", reason);
        }

        return unfit.Count == 0 || context.HasArgument("force")
            ? unfit
            : throw new CakeException(
                $"The machine is not fit for measuring: {string.Join("; ", unfit)}. Mend that, or add --force to measure all the same; the document will say so."
            );
    }

    private void RunProgram(string program, string? filter, IReadOnlyList<string> unfit)
    {
        string assembly = $"benchmarks/{program}/bin/{Configuration}/net10.0/{program}.dll";
        List<string> arguments = [assembly, $"--output={_results}", $"--commit={Commit()}"];
        if (context.HasArgument("quick"))
        {
            arguments.Add("--quick");
        }

        if (filter is not null)
        {
            arguments.Add($"--filter={filter}");
        }

        arguments.AddRange(unfit.Select(reason => $"--unfit={reason}"));
        context.DotNet.RunOrFail("What failed stands above; nothing was written to docs.", arguments);
    }

    private void WriteDocument()
    {
        string raw = Path.Combine(_docs, "performance");
        Directory.CreateDirectory(raw);
        foreach (string stale in Directory.GetFiles(raw, "*.json").Concat(Directory.GetFiles(raw, "*.svg")))
        {
            File.Delete(stale);
        }

        foreach (string result in Directory.GetFiles(_results, "*.json"))
        {
            File.Copy(result, Path.Combine(raw, Path.GetFileName(result)));
        }

        foreach ((string path, string content) in PerformanceDocument.Generate(RunResults.Read(raw)))
        {
            File.WriteAllText(Path.Combine(_docs, path), content);
        }

        context.Information("Wrote docs/performance.md and the raw results and plots in docs/performance.");
    }

    private string Commit()
    {
        string commit = Git("rev-parse", "--short=12", "HEAD").FirstOrDefault("unknown");
        return Git("status", "--porcelain", "--untracked-files=no").Any() ? $"{commit} with changes" : commit;
    }

    private IReadOnlyList<string> Git(params string[] arguments)
    {
        try
        {
            int exitCode = context.StartProcess(
                "git",
                new ProcessSettings
                {
                    Arguments = ProcessArgumentBuilder.FromStrings(arguments),
                    WorkingDirectory = context.Root,
                    RedirectStandardOutput = true,
                    Silent = true,
                },
                out IEnumerable<string> output
            );
            return exitCode == 0 ? [.. output] : [];
        }
        catch (CakeException)
        {
            return [];
        }
    }
}
