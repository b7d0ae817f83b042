// What ids cost: two silos, of which one hosts components and the other one only knows them, and then a third one that comes.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Cluster.Processes;
using FireAndForget.Cluster.Sides;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

internal static class Table
{
    /// <summary>How many components a command deploys, each of which has its time.</summary>
    private const int AtOnce = 500;

    /// <summary>A silo at rest sends fewer bytes than this within <see cref="Rest"/>, much less than a table of ids takes.</summary>
    private const int BytesAtRest = 16 * 1024;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    public static async Task MeasureAsync(RunArguments arguments, Results results)
    {
        int changes = arguments.IsQuick ? 50 : 300;
        SiloCluster silos = new(Carrier.FireAndForget.Kind, Silos.DefaultProbes);
        using Child knowing = await silos.StartAsync("knowing");
        using Child hosting = await silos.StartAsync("hosting");
        await hosting.DoAsync("count-bytes");
        int there = 0;
        // The first ones have code compiled and connections made, and are no part of what an id costs.
        await DeployAsync(100);
        await ChangeAsync(hosting, changes, there);
        int before = there;
        long memory = await ManagedAsync();
        foreach (int ids in ClusterNames.Ids)
        {
            await DeployAsync(ids);
            results.Add(
                ClusterNames.TableMemory,
                ClusterNames.TableOf(ids, 2),
                null,
                "B",
                (double)(await ManagedAsync() - memory) / (ids - before)
            );
            await AddChangesAsync(hosting, changes, ids, 2, results);
        }

        long sent = await SentAsync(hosting);
        using Child coming = await silos.StartAsync("coming");
        SideReport known = await coming.DoAsync("know", Text(there));
        // Each of the two tells the other one what it hosts when it notices it, so what is told may come after it is known.
        long sentToIt = await SentAtRestAsync(hosting) - sent;
        string @case = ClusterNames.TableOf(there, 3);
        double time = Stopwatch.GetElapsedTime(known.Start, known.End).TotalNanoseconds;
        results.Add(ClusterNames.TableJoin, @case, null, "ns", time);
        results.Add(ClusterNames.TableJoinBytes, @case, null, "B", (double)sentToIt / there);
        await AddChangesAsync(hosting, changes, there, 3, results);

        async Task DeployAsync(int ids)
        {
            while (there < ids)
            {
                int end = Math.Min(ids, there + AtOnce);
                await hosting.DoAsync("deploy", Text(there), Text(end));
                there = end;
            }

            await knowing.DoAsync("know", Text(ids));
        }

        async Task<long> ManagedAsync() => (await knowing.DoAsync("collect")).ManagedBytes;
    }

    private static async Task AddChangesAsync(Child hosting, int changes, int ids, int silos, Results results)
    {
        string @case = ClusterNames.TableOf(ids, silos);
        long before = await SentAsync(hosting);
        double[] times = await ChangeAsync(hosting, changes, ids);
        double bytes = await SentAsync(hosting) - before;
        results.Add(Measurement.OfSamples(ClusterNames.TableChange, @case, null, "ns", times) with { Raw = [] });
        results.Add(ClusterNames.TableChangeBytes, @case, null, "B", bytes / changes / (silos - 1));
    }

    private static async Task<long> SentAsync(Child silo) => (await silo.DoAsync("bytes")).SentBytes;

    /// <summary>The bytes sent so far, as soon as no more than what silos tell each other at rest is being sent.</summary>
    private static async Task<long> SentAtRestAsync(Child silo)
    {
        long before = long.MinValue;
        long sent = await SentAsync(silo);
        while (sent - before > BytesAtRest)
        {
            await Task.Delay(Rest);
            before = sent;
            sent = await SentAsync(silo);
        }

        return sent;
    }

    private static async Task<double[]> ChangeAsync(Child hosting, int changes, int ids) =>
        (await hosting.DoAsync("change", Text(changes), Text(ids))).Times!["change"];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
