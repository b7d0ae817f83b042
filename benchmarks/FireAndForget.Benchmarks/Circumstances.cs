// Where and with what this run is made.

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Running;
using FireAndForget.Reporting;

namespace FireAndForget.Benchmarks;

internal static class Circumstances
{
    public static RunInfo Of(RunArguments arguments) =>
        new()
        {
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            Commit = arguments.Commit,
            IsQuick = arguments.IsQuick,
            Unfit = arguments.Unfit,
            Processor = Processor(),
            Processors = Environment.ProcessorCount,
            System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            Versions = new Dictionary<string, string>
            {
                [".NET"] = Environment.Version.ToString(),
                ["FireAndForget"] = VersionOf(typeof(MessagingHost)),
                ["Wasmtime"] = VersionOf(typeof(Wasmtime.Engine)),
                ["BenchmarkDotNet"] = VersionOf(typeof(BenchmarkRunner)),
            },
        };

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return model?.Split(':')[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
