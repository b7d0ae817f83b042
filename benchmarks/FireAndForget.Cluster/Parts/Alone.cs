// What is measured of each that carries messages while nothing else runs: round trips one after the other, and the processor time
// of messages at a rate.

using System.Globalization;
using FireAndForget.Cluster.Processes;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

internal static class Alone
{
    private const int Payload = 16;

    public static async Task MeasureAsync(RunArguments arguments, IReadOnlyList<Carrier> carriers, Results results)
    {
        bool asks = arguments.Includes(ClusterNames.RoundTrip);
        bool paces = arguments.Includes(ClusterNames.Processor);
        if (!asks && !paces)
        {
            return;
        }

        foreach (Carrier carrier in carriers)
        {
            using Pair pair = await Pair.StartAsync(carrier);
            if (asks)
            {
                await AskAsync(pair, arguments.IsQuick ? 1_000 : 5_000, results);
            }

            if (paces)
            {
                await PaceAsync(pair, TimeSpan.FromSeconds(arguments.IsQuick ? 1 : 3), results);
            }
        }
    }

    private static async Task AskAsync(Pair pair, int count, Results results)
    {
        await AskAsync(count / 2);
        SideReport answer = await AskAsync(count);
        foreach ((string word, string name) in pair.Carrier.Asks)
        {
            results.AddDistribution(ClusterNames.RoundTrip, name, Payload, answer.Times![word]);
        }

        Task<SideReport> AskAsync(int times) => pair.Sender.DoAsync("ask", Text(Payload), Text(times));
    }

    private static async Task PaceAsync(Pair pair, TimeSpan time, Results results)
    {
        int rate = ClusterNames.PacedRate;
        int count = (int)(rate * time.TotalSeconds);
        // Awaited calls are none that a sender could make at a rate.
        Way way = pair.Carrier.Ways[^1];
        await pair.PaceAsync(way, Payload, rate, count / 2);
        Usage before = await pair.LookAsync();
        await Task.Delay(time);
        Usage idle = await pair.LookAsync();
        await pair.PaceAsync(way, Payload, rate, count);
        Usage paced = await pair.LookAsync();
        Add(ClusterNames.ProcessorIdle, before, idle);
        Add(ClusterNames.Processor, idle, paced);

        void Add(string name, Usage from, Usage to)
        {
            AddOf(ClusterNames.Sender, to.Sender.ProcessorNanoseconds - from.Sender.ProcessorNanoseconds);
            AddOf(ClusterNames.Receiver, to.Receiver.ProcessorNanoseconds - from.Receiver.ProcessorNanoseconds);
            if (to.Server - from.Server is { } server)
            {
                AddOf(ClusterNames.Between, server);
            }

            void AddOf(string process, double nanoseconds) =>
                results.Add(name, ClusterNames.ProcessOf(way.Name, process), Payload, "ns", nanoseconds / count);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
