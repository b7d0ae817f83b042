// Says what speaks against measuring on this machine now: figures from a machine that saves power or does other work are worth
// nothing, and nobody sees it in them.

using System.Diagnostics;
using System.Globalization;

namespace FireAndForget.Build.Runners;

internal static class Preflight
{
    /// <summary>The share of all processors' time that others may take.</summary>
    private const double MostLoad = 0.1;

    private static readonly TimeSpan LoadWindow = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong, one reason each; empty where nothing is.</summary>
    public static IReadOnlyList<string> Check(string configuration) =>
        [
            .. Debugging(configuration),
            .. PowerSaving("/sys/devices/system/cpu", "/sys/class/power_supply"),
            .. Processors(),
            .. Load(),
        ];

    /// <summary>Whether the processors run slower than they could, by what Linux tells in these directories.</summary>
    public static IEnumerable<string> PowerSaving(string processors, string supplies)
    {
        string[] governors =
        [
            .. Files(processors, "cpu*", "cpufreq/scaling_governor")
                .Select(Read)
                .Where(governor => governor is not ("" or "performance"))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (governors.Length > 0)
        {
            yield return $"the processors' governor is {string.Join(" and ", governors)} and not performance";
        }

        if (Files(supplies, "*", "status").Select(Read).Contains("Discharging"))
        {
            yield return "the machine runs on its battery";
        }
    }

    private static IEnumerable<string> Debugging(string configuration)
    {
        if (Debugger.IsAttached)
        {
            yield return "a debugger is attached";
        }

        if (configuration != "Release")
        {
            yield return $"the configuration is {configuration} and not Release";
        }

        string[] settings = ["DOTNET_TieredCompilation", "DOTNET_TieredPGO", "DOTNET_ReadyToRun", "DOTNET_JITMinOpts"];
        foreach (string setting in settings.Where(s => Environment.GetEnvironmentVariable(s) is not null))
        {
            yield return $"{setting} is set, so the code is not compiled as users have it";
        }
    }

    private static IEnumerable<string> Processors()
    {
        if (Environment.ProcessorCount < 2)
        {
            yield return "there is one processor, and half of the benchmarks need a sender's and a worker's";
        }
    }

    private static IEnumerable<string> Load()
    {
        TimeSpan before = BusyTime();
        Thread.Sleep(LoadWindow);
        double load = (BusyTime() - before) / (LoadWindow * Environment.ProcessorCount);
        if (load > MostLoad)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"other work takes {load:P0} of the processors");
        }
    }

    /// <summary>The time that all processes of the machine have used so far.</summary>
    private static TimeSpan BusyTime()
    {
        const string Stat = "/proc/stat";
        if (File.Exists(Stat))
        {
            // cpu user nice system idle iowait irq softirq steal, in hundredths of a second.
            long[] times =
            [
                .. File.ReadLines(Stat)
                    .First()
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Skip(1)
                    .Select(t => long.Parse(t, CultureInfo.InvariantCulture)),
            ];
            return TimeSpan.FromMilliseconds(10 * (times.Take(8).Sum() - times[3] - times[4]));
        }

        TimeSpan sum = TimeSpan.Zero;
        foreach (Process process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    sum += process.TotalProcessorTime;
                }
                catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // It has ended, or belongs to somebody else.
                }
            }
        }

        return sum;
    }

    private static IEnumerable<string> Files(string directory, string children, string file) =>
        Directory.Exists(directory)
            ? Directory.GetDirectories(directory, children).Select(d => Path.Combine(d, file)).Where(File.Exists)
            : [];

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
