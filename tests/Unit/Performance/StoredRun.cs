using FireAndForget.Reporting;

namespace FireAndForget.Tests.Performance;

/// <summary>The stored results that the generator is tested on: made up, every measurement of a whole run in them.</summary>
internal static class StoredRun
{
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "Performance", "Stored");

    public static RunInfo Circumstances { get; } = ResultJson.ReadRun(Path.Combine(Directory, "run.json"));

    public static Notes Notes { get; } = Notes.Read(Path.Combine(Directory, Notes.FileName));

    public static IReadOnlyList<Measurement> Measurements { get; } =
    [
        .. new[] { "benchmarks", "growth", "latency", "peers" }.SelectMany(part =>
            ResultJson.ReadMeasurements(Path.Combine(Directory, $"{part}.json"))
        ),
    ];

    public static string Document(RunResults results) => PerformanceDocument.Generate(results)["performance.md"];
}
