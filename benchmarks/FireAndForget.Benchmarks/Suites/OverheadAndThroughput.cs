// Runs the benchmarks of overhead and throughput under BenchmarkDotNet and takes its samples over as measurements.

using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FireAndForget.Benchmarks.Overhead;
using FireAndForget.Benchmarks.Throughput;
using FireAndForget.Measuring;
using FireAndForget.Reporting;
using Perfolizer.Horology;
using Perfolizer.Mathematics.OutlierDetection;
using Measurement = FireAndForget.Reporting.Measurement;

namespace FireAndForget.Benchmarks.Suites;

internal static class OverheadAndThroughput
{
    private static readonly Type[] Benchmarks =
    [
        // Close to each other, because two of them are given as multiples of the first.
        typeof(BareCallBenchmark),
        typeof(TotalBenchmark),
        typeof(WasmCallBenchmark),
        typeof(ValidationBenchmark),
        typeof(SerializationBenchmark),
        typeof(BrokerBenchmark),
        typeof(OptimisationBenchmark),
        typeof(SingleSenderBenchmark),
        typeof(TenSendersBenchmark),
        typeof(RoundsBenchmark),
        typeof(BurstOnOneThreadBenchmark),
    ];

    /// <summary>Runs them.</summary>
    /// <exception cref="MeasurementException">One failed, lost messages or had some refused.</exception>
    public static IReadOnlyList<Measurement> Run(RunArguments arguments)
    {
        Summary[] summaries = BenchmarkRunner.Run(Benchmarks, Config(arguments));
        string[] problems =
        [
            .. summaries.SelectMany(s => s.ValidationErrors).Where(e => e.IsCritical).Select(e => e.Message),
            .. summaries.SelectMany(s => s.Reports).Where(r => !r.Success).Select(r => r.BenchmarkCase.DisplayInfo),
        ];
        return problems.Length == 0
            ? [.. summaries.SelectMany(s => s.Reports).Select(Take)]
            : throw new MeasurementException(
                $"These benchmarks failed, see above: {string.Join("; ", problems.Distinct())}."
            );
    }

    private static ManualConfig Config(RunArguments arguments)
    {
        Job job = Job
            .Default.WithStrategy(RunStrategy.Throughput)
            .WithUnrollFactor(1)
            .WithEvaluateOverhead(false)
            .WithOutlierMode(OutlierMode.DontRemove)
            .WithGcConcurrent(false)
            .WithGcServer(false);
        job = arguments.IsQuick
            ? job.WithWarmupCount(28).WithIterationCount(8).WithIterationTime(TimeInterval.FromMilliseconds(15))
            : job.WithWarmupCount(30).WithIterationCount(100).WithIterationTime(TimeInterval.FromMilliseconds(50));
        ManualConfig config = ManualConfig
            .CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(arguments.Output, "BenchmarkDotNet"))
            .WithOptions(ConfigOptions.DisableLogFile);
        return arguments.Filter is null ? config : config.AddFilter(new GlobFilter([$"*{arguments.Filter}*"]));
    }

    private static Measurement Take(BenchmarkReport report)
    {
        BenchmarkCase benchmark = report.BenchmarkCase;
        double[] samples =
        [
            .. report
                .AllMeasurements.Where(m => m.Is(IterationMode.Workload, IterationStage.Actual))
                .Select(m => m.Nanoseconds / m.Operations),
        ];
        return Measurement.OfSamples(
            benchmark.Descriptor.WorkloadMethod.Name,
            CaseOf(benchmark),
            Parameter(benchmark, "Payload"),
            "ns",
            samples
        ) with
        {
            AllocatedBytes = report.GcStats.GetBytesAllocatedPerOperation(benchmark),
        };
    }

    private static string CaseOf(BenchmarkCase benchmark) =>
        Parameter(benchmark, "Batch") switch
        {
            1 => Names.OneByOne,
            not null => Names.Burst,
            null => benchmark.Descriptor.Categories.FirstOrDefault(""),
        };

    private static int? Parameter(BenchmarkCase benchmark, string name) =>
        benchmark.Parameters.Items.FirstOrDefault(p => p.Name == name) is ParameterInstance parameter
            ? (int?)parameter.Value
            : null;
}
