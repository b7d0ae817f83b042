// Where and with what this run is made.

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FireAndForget.Reporting;

/// <summary>Finds out the circumstances of a run.</summary>
public static class Circumstances
{
    /// <summary>The circumstances of a run that starts now, in this process.</summary>
    /// <param name="arguments">What the run was started with.</param>
    /// <param name="packages">A type of each package whose version matters, by the package's name.</param>
    /// <returns>The circumstances.</returns>
    public static RunInfo Of(RunArguments arguments, params IReadOnlyList<(string Name, Type Type)> packages)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(packages);
        return new()
        {
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            Commit = arguments.Commit,
            IsQuick = arguments.IsQuick,
            Unfit = arguments.Unfit,
            Processor = Processor(),
            Processors = Environment.ProcessorCount,
            System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            Versions = new Dictionary<string, string>([
                new(".NET", Environment.Version.ToString()),
                .. packages.Select(package => KeyValuePair.Create(package.Name, VersionOf(package.Type))),
            ]),
        };
    }

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
