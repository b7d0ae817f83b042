// What a message and its answer cost, by guest, runtime and size, in rounds in which all of them take turns.

using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Languages;

internal sealed class MessageCost(RunArguments arguments, string cache)
{
    private const double RoundNanoseconds = 10e6;
    private const int LeastMessages = 50;

    private static readonly int[] Sizes = [16, 256];

    private int RoundCount => arguments.IsQuick ? 3 : 25;

    /// <exception cref="MeasurementException">A message was refused, not handled or not answered.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        List<Measurement> measurements = [];
        foreach (int size in Sizes)
        {
            measurements.AddRange(await RunAsync(size).ConfigureAwait(false));
        }

        return measurements;
    }

    private async Task<IEnumerable<Measurement>> RunAsync(int size)
    {
        List<(string Case, MirrorHost Host, double[] Times)> entrants = [];
        try
        {
            foreach (string file in Mirrors.Built)
            {
                foreach (GuestRuntime runtime in RuntimesOf(file))
                {
                    MirrorHost host = new(file, runtime, size, cache);
                    entrants.Add((LanguagesResults.CaseOf(file, runtime.ToString()), host, new double[RoundCount]));
                }
            }

            // Not counted: the code becomes warm, and how many messages fill a round is found.
            int[] messages = [.. entrants.Select(entrant => Calibrate(entrant.Host))];
            for (int round = 0; round < RoundCount; round++)
            {
                for (int i = 0; i < entrants.Count; i++)
                {
                    entrants[i].Times[round] = entrants[i].Host.Round(messages[i]);
                }
            }

            return
            [
                .. entrants.Select(entrant =>
                {
                    entrant.Host.Check(entrant.Case);
                    var measurement = Measurement.OfSamples(
                        LanguagesResults.Message,
                        entrant.Case,
                        size,
                        "ns",
                        entrant.Times
                    );
                    Console.WriteLine(
                        $"{entrant.Case}, {size} B: {measurement.Value:N0} ns, {entrant.Host.Lines} lines"
                    );
                    return measurement;
                }),
            ];
        }
        finally
        {
            foreach ((_, MirrorHost host, _) in entrants)
            {
                await host.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Both where both can run it: the component API runs no core module.</summary>
    private static GuestRuntime[] RuntimesOf(string file)
    {
        var inspection = ComponentInspection.Of(ComponentSource.FromFile(Mirrors.PathOf(file)));
        return inspection.Runtime != GuestRuntime.Direct ? [GuestRuntime.ComponentApi]
            : !inspection.IsComponent ? [GuestRuntime.Direct]
            : [GuestRuntime.Direct, GuestRuntime.ComponentApi];
    }

    private static int Calibrate(MirrorHost host)
    {
        double time = 0;
        for (int i = 0; i < 4; i++)
        {
            // In tiered compilation's steps.
            time = host.Round(LeastMessages << (2 * i));
        }

        return (int)Math.Max(LeastMessages, RoundNanoseconds / time);
    }
}
