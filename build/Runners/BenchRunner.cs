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
    private readonly string _raw = context.Root.Combine("docs/performance").FullPath;

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
            RemoveStale();
            WriteDocument(Directory.GetFiles(_results, "*.json"));
        }
        else if (filter == ClusterNames.Part)
        {
            // The other sections are made anew of the results that they were made of.
            WriteDocument(
                Path.Combine(_results, $"{ClusterNames.Part}.json"),
                Path.Combine(_results, $"{ClusterNames.Run}.json")
            );
        }
        else
        {
            context.Information(
                "The results are in {0}; docs/performance.md stays as it is: a run of everything writes it, and --filter={1} one section.",
                _results,
                ClusterNames.Part
            );
        }
    }

    private void RemoveStale()
    {
        Directory.CreateDirectory(_raw);
        foreach (string stale in Directory.GetFiles(_raw, "*.json").Concat(Directory.GetFiles(_raw, "*.svg")))
        {
            File.Delete(stale);
        }
    }

    private void WriteDocument(params IReadOnlyList<string> results)
    {
        foreach (string result in results)
        {
            File.Copy(result, Path.Combine(_raw, Path.GetFileName(result)), overwrite: true);
        }

        foreach ((string path, string content) in PerformanceDocument.Generate(RunResults.Read(_raw)))
        {
            File.WriteAllText(Path.Combine(_docs, path), content);
        }

        context.Information("Wrote docs/performance.md and the raw results and plots in docs/performance.");
    }
}
