// What a start of faf takes from the first instruction of its process to its end, with one message and what was compiled before: of faf
// that .NET compiles at each start, and of faf that was compiled ahead of time. The two take turns.

using System.Diagnostics;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Languages;

internal sealed class StartCost(RunArguments arguments, string cache)
{
    private int Rounds => arguments.IsQuick ? 3 : 15;

    /// <exception cref="MeasurementException">faf has failed.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        List<Measurement> measurements = [];
        foreach (string file in Mirrors.Built.Where(file => file is Mirrors.C or Mirrors.JavaScript))
        {
            string topology = Path.Combine(cache, $"{file}.json");
            await File.WriteAllTextAsync(
                    topology,
                    $$"""{"components":[{"id":"mirror","path":"{{Mirrors.PathOf(file)}}","sends-to":["client"]}],"endpoints":["client"]}"""
                )
                .ConfigureAwait(false);
            var times = arguments.Faf.ToDictionary(faf => faf, _ => new List<double>());
            // The first round fills the compile cache and what the system keeps of files, and does not count.
            for (int round = 0; round <= Rounds; round++)
            {
                foreach (string faf in arguments.Faf)
                {
                    double time = await MeasureAsync(faf, topology).ConfigureAwait(false);
                    if (round != 0)
                    {
                        times[faf].Add(time);
                    }
                }
            }

            foreach ((string faf, List<double> samples) in times)
            {
                string how = faf.EndsWith(".dll", StringComparison.Ordinal)
                    ? LanguagesResults.OnDotNet
                    : LanguagesResults.Native;
                string @case = LanguagesResults.CaseOf(file, how);
                var time = Measurement.OfSamples(LanguagesResults.Start, @case, null, "ms", samples);
                measurements.Add(time);
                Console.WriteLine($"{@case}: {time.Value:N1} ms");
            }
        }

        return measurements;
    }

    private async Task<double> MeasureAsync(string faf, string topology)
    {
        bool isNative = !faf.EndsWith(".dll", StringComparison.Ordinal);
        string[] run = ["run", topology, "--fail-on-dead-letter"];
        long start = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo(isNative ? faf : Environment.ProcessPath!, isNative ? run : [faf, .. run])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment = { ["FAF_CACHE_DIR"] = Path.Combine(cache, "starts") },
            }
        )!;
        await process
            .StandardInput.WriteAsync("""{"from":"client","to":"mirror","text":"hello"}""")
            .ConfigureAwait(false);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0 && output.Contains("b2xsZWg=", StringComparison.Ordinal)
            ? time
            : throw new MeasurementException($"{faf} ended with exit code {process.ExitCode} and wrote {output}");
    }
}
