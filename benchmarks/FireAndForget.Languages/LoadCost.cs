// What loading takes, in processes of their own that do nothing else: with nothing in the compile cache, the first load of a process
// of what was compiled before, later loads of it, and a thousand components of one file.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Languages;

internal sealed class LoadCost(RunArguments arguments, string cache)
{
    /// <summary>The first argument of a process that loads.</summary>
    public const string Child = "load";

    private const string Once = "once";
    private const string Again = "again";
    private const string Several = "several";
    private const string Thousand = "thousand";
    private const int LoadsOfAWarmProcess = 15;

    /// <summary>How many loads come before those that count.</summary>
    private const int WarmingLoads = 30;

    private readonly List<Measurement> _measurements = [];

    private int Processes => arguments.IsQuick ? 1 : 5;

    /// <exception cref="MeasurementException">A process that loads has failed.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        foreach (string file in Mirrors.Built)
        {
            bool isShownWhole = file is Mirrors.C or Mirrors.JavaScript;
            await MeasureAsync(file, LanguagesResults.Cold, Once, 1).ConfigureAwait(false);
            await MeasureAsync(file, LanguagesResults.FirstCached, Once, isShownWhole ? Processes : 1)
                .ConfigureAwait(false);
            await MeasureAsync(file, LanguagesResults.LaterCached, Again, 1).ConfigureAwait(false);
            await MeasureAsync(file, LanguagesResults.SeveralCached, Several, 1).ConfigureAwait(false);
            if (isShownWhole)
            {
                await MeasureAsync(file, LanguagesResults.ThousandCached, Thousand, Processes).ConfigureAwait(false);
            }
        }

        return _measurements;
    }

    /// <summary>What a process does that loads: it writes its times in milliseconds, and last its peak resident memory in bytes.</summary>
    public static async Task RunChildAsync(string kind, string file, string cache)
    {
        int components = kind switch
        {
            Thousand => 1_000,
            Several => 1 + LanguagesResults.MoreInstances,
            _ => 1,
        };
        int loads = kind == Again ? WarmingLoads + LoadsOfAWarmProcess : 1;
        for (int i = 0; i < loads; i++)
        {
            double time = await HostStart.MeasureAsync(Mirrors.PathOf(file), components, cache).ConfigureAwait(false);
            if (i >= loads - LoadsOfAWarmProcess)
            {
                Console.WriteLine(time.ToString(CultureInfo.InvariantCulture));
            }
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64);
    }

    private async Task MeasureAsync(string file, string when, string kind, int processes)
    {
        List<double> times = [];
        double peak = 0;
        for (int i = 0; i < processes; i++)
        {
            double[] figures = await StartAsync(kind, file).ConfigureAwait(false);
            times.AddRange(figures[..^1]);
            peak = Math.Max(peak, figures[^1]);
        }

        string @case = LanguagesResults.CaseOf(file, when);
        var time = Measurement.OfSamples(LanguagesResults.Loading, @case, null, "ms", times);
        _measurements.Add(time);
        _measurements.Add(Measurement.OfSamples(LanguagesResults.PeakMemory, @case, null, "B", [peak]));
        Console.WriteLine($"{@case}: {time.Value:N1} ms, {peak / (1 << 20):N0} MiB");
    }

    private async Task<double[]> StartAsync(string kind, string file)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                Environment.ProcessPath!,
                [typeof(LoadCost).Assembly.Location, Child, kind, file, cache]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0
            ?
            [
                .. output
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => double.Parse(line, CultureInfo.InvariantCulture)),
            ]
            : throw new MeasurementException($"The process that loads {file} ended with exit code {process.ExitCode}.");
    }
}
