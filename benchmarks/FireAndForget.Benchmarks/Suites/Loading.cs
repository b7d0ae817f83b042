// What it takes to start a host with components of one file: with nothing in the compile cache, and later. The cache is one of its
// own.

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
            string guest = Path.Combine(folder.FullName, "guest.wasm");
            await File.WriteAllBytesAsync(guest, Guests.Read("handle-message-component.wasm")).ConfigureAwait(false);
            foreach (int components in (int[])[1, 1_000])
            {
                await LoadAsync(guest, components).ConfigureAwait(false);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return _measurements;
    }

    private async Task LoadAsync(string guest, int components)
    {
        string cache = $"{guest}-cache-{components}";
        List<double> cold = [];
        List<double> cached = [];
        for (int round = 0; round < RoundCount; round++)
        {
            cold.Add(await HostStart.MeasureAsync(guest, components, cache).ConfigureAwait(false));
            if (!Directory.Exists(cache))
            {
                throw new MeasurementException("Nothing was kept in the compile cache.");
            }

            cached.Add(await HostStart.MeasureAsync(guest, components, cache).ConfigureAwait(false));
            Directory.Delete(cache, recursive: true);
        }

        Add(components, "nothing in the compile cache", cold);
        Add(components, "compiled before", cached);
    }

    private void Add(int components, string when, IReadOnlyList<double> samples)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{components:N0} of one file, {when}");
        var measurement = Measurement.OfSamples(Names.Loading, name, null, "ms", samples);
        _measurements.Add(measurement);
        Console.WriteLine($"{measurement.Name}, {measurement.Case}: {measurement.Value:F1} {measurement.Unit}");
    }
}
