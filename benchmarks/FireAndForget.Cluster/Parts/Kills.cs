// The silo of an echo is killed, again and again: when the sender's silo knows, and when it gets answers again.

using System.Diagnostics;
using FireAndForget.Cluster.Processes;
using FireAndForget.Cluster.Sides;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

internal static class Kills
{
    public static async Task MeasureAsync(RunArguments arguments, Results results)
    {
        await MeasureAsync(ClusterNames.FastProbes, "1", arguments.IsQuick ? 1 : 3, results);
        if (!arguments.IsQuick)
        {
            await MeasureAsync(ClusterNames.DefaultProbes, Silos.DefaultProbes, 1, results);
        }
    }

    private static async Task MeasureAsync(string @case, string probes, int kills, Results results)
    {
        SiloCluster silos = new(Carrier.FireAndForget.Kind, probes);
        using Child sender = await silos.StartAsync(ClusterNames.Sender);
        List<double> noticed = [];
        List<double> flowing = [];
        for (int i = 0; i < kills; i++)
        {
            string name = $"{ClusterNames.Receiver}-{i}";
            using Child receiver = await silos.StartAsync(name);
            await sender.DoAsync("place-echo", name);
            await sender.DoAsync("watch", name);
            await Task.Delay(TimeSpan.FromSeconds(2));
            long start = Stopwatch.GetTimestamp();
            receiver.Kill();
            SideReport watched = await sender.DoAsync("watched");
            noticed.Add(Stopwatch.GetElapsedTime(start, watched.Start).TotalNanoseconds);
            flowing.Add(Stopwatch.GetElapsedTime(start, watched.End).TotalNanoseconds);
        }

        results.Add(ToMeasurement(ClusterNames.KillNoticed, noticed));
        results.Add(ToMeasurement(ClusterNames.KillFlowing, flowing));

        Measurement ToMeasurement(string name, List<double> times) =>
            // Of so few the most is told, and no percentile.
            Measurement.OfSamples(name, @case, null, "ns", times) with
            {
                High = times.Max(),
            };
    }
}
