// Builds the benchmarks, sees whether the machine is fit, runs them in processes of their own, and makes the document out of what
// they leave. Results go to artifacts first, and to docs only when everything has been measured.

using Cake.Common;
using Cake.Common.Diagnostics;
using FireAndForget.Reporting;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class BenchRunner(BuildContext context)
{
    private static readonly string[] Programs =
    [
        "FireAndForget.Peers",
        "FireAndForget.Crowd",
        "FireAndForget.Cluster",
        "FireAndForget.Benchmarks",
    ];

    private readonly MeasuringRunner _measuring = new(context);
    private readonly string _results = context.Artifacts.Combine("performance").FullPath;
    private readonly string _docs = context.Root.Combine("docs").FullPath;

    public void Run()
    {
        foreach (string program in Programs)
        {
            _measuring.Build(program);
        }

        IReadOnlyList<string> unfit = _measuring.CheckMachine();
        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }

        string? filter = context.Argument<string?>("filter", null);
        foreach (string program in Programs)
        {
            _measuring.RunProgram(program, _results, filter, unfit);
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
}
