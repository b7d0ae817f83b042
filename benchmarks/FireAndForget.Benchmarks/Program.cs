// Runs the benchmarks, latencies, growth and loading, and leaves the results as JSON. The build's Bench target starts it, and makes the
// document of what it leaves.

using BenchmarkDotNet.Running;
using FireAndForget;
using FireAndForget.Benchmarks;
using FireAndForget.Benchmarks.Suites;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

try
{
    var arguments = RunArguments.Parse(args);
    RunInfo circumstances = Circumstances.Of(
        arguments,
        ("FireAndForget", typeof(MessagingHost)),
        ("Wasmtime", typeof(Wasmtime.Engine)),
        ("BenchmarkDotNet", typeof(BenchmarkRunner))
    );
    ResultJson.Write(arguments.Output, circumstances);
    ResultJson.Write(arguments.Output, "latency", await new Latencies(arguments).RunAsync());
    ResultJson.Write(arguments.Output, "growth", await new Growth(arguments).RunAsync());
    ResultJson.Write(arguments.Output, "loading", await new Loading(arguments).RunAsync());
    ResultJson.Write(arguments.Output, "benchmarks", OverheadAndThroughput.Run(arguments));
    return 0;
}
catch (Exception e) when (e is MeasurementException or ArgumentException or ComponentLoadException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
