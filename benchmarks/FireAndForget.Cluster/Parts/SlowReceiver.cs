// Memory beside a receiver that is slower than its sender: what may wait is bounded, so both processes stay as large as they are.

using System.Globalization;
using FireAndForget.Cluster.Processes;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

internal static class SlowReceiver
{
    private const int Payload = 256;

    public static async Task MeasureAsync(RunArguments arguments, Results results)
    {
        using Pair pair = await Pair.StartAsync(Carrier.FireAndForget);
        int seconds = arguments.IsQuick ? 3 : 10;
        // The runtime takes memory for what it has compiled, which is none of the messages'.
        await pair.SendAsync(pair.Carrier.Ways[0], Payload, 200_000);
        await pair.Receiver.DoAsync("be-slow");
        await AddAsync(0);
        await pair.Sender.DoAsync("fill-slow", Text(Payload), Text(seconds + 5));
        while ((await pair.Sender.DoAsync("is-full")).Messages == 0)
        {
            await Task.Delay(10);
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        await AddAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0));
        await AddAsync(2);
        await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0));
        await AddAsync(3);

        async Task AddAsync(int moment)
        {
            Usage usage = await pair.LookAsync();
            AddOf(ClusterNames.Sender, usage.Sender);
            AddOf(ClusterNames.Receiver, usage.Receiver);

            void AddOf(string process, SideReport look)
            {
                Add(ClusterNames.Resident, look.ResidentBytes);
                Add(ClusterNames.Managed, look.ManagedBytes);

                void Add(string what, long bytes) =>
                    results.Add(
                        ClusterNames.Memory,
                        ClusterNames.MemoryOf(process, what, ClusterNames.Moments[moment]),
                        null,
                        "B",
                        bytes
                    );
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
