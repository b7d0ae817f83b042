// What it takes to start a host with components of one file: with nothing in the compile cache, and later. The cache is one of its
// own.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Benchmarks.Suites;

internal sealed class Loading(RunArguments arguments)
{
    private readonly List<Measurement> _measurements = [];

    private int RoundCount => arguments.IsQuick ? 3 : 9;

    /// <summary>Measures it.</summary>
    /// <exception cref="MeasurementException">Something was compiled though it is in the cache, or not kept.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        if (!arguments.Includes(Names.Loading))
        {
            return [];
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("loading-");
        try
        {
            await File.WriteAllBytesAsync(
                    Path.Combine(folder.FullName, "guest.wasm"),
                    Guests.Read("handle-message-component.wasm")
                )
                .ConfigureAwait(false);
            foreach (int components in (int[])[1, 1_000])
            {
                await LoadAsync(folder.FullName, components).ConfigureAwait(false);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return _measurements;
    }

    private async Task LoadAsync(string folder, int components)
    {
        string cache = Path.Combine(folder, $"cache-{components}");
        string json = string.Join(
            ',',
            Enumerable.Range(0, components).Select(i => $"{{ \"id\": \"c{i}\", \"path\": \"guest.wasm\" }}")
        );
        var topology = Topology.Parse($"{{ \"components\": [{json}] }}", folder);
        List<double> cold = [];
        List<double> cached = [];
        for (int round = 0; round < RoundCount; round++)
        {
            cold.Add(await TimeAsync(topology, cache).ConfigureAwait(false));
            if (!Directory.Exists(cache))
            {
                throw new MeasurementException("Nothing was kept in the compile cache.");
            }

            cached.Add(await TimeAsync(topology, cache).ConfigureAwait(false));
            Directory.Delete(cache, recursive: true);
        }

        Add(components, "nothing in the compile cache", cold);
        Add(components, "compiled before", cached);
    }

    /// <summary>From nothing to a host with all of them, in milliseconds.</summary>
    private static async Task<double> TimeAsync(Topology topology, string cache)
    {
        long start = Stopwatch.GetTimestamp();
        await using var host = new MessagingHost(
            new()
            {
                Workers = 1,
                StopTime = TimeSpan.Zero,
                CompileCache = new() { Folder = cache },
            }
        );
        host.AddTopology(topology, static (_, _) => { });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private void Add(int components, string when, IReadOnlyList<double> samples)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{components:N0} of one file, {when}");
        var measurement = Measurement.OfSamples(Names.Loading, name, null, "ms", samples);
        _measurements.Add(measurement);
        Console.WriteLine($"{measurement.Name}, {measurement.Case}: {measurement.Value:F1} {measurement.Unit}");
    }
}
