// Measures messages from one process to another on this machine: through a cluster, and as others carry them, each in processes of
// its own, which this program starts as itself with the argument 'side'. The build's Bench target starts it.

using FireAndForget.Cluster.Parts;
using FireAndForget.Cluster.Processes;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster;

internal static class Program
{
    public const string Side = "side";

    private static async Task<int> Main(string[] args)
    {
        if (args is [Side, .. string[] words])
        {
            await Sides.Side.RunAsync(words);
            return 0;
        }

        try
        {
            await MeasureAsync(RunArguments.Parse(args));
            return 0;
        }
        catch (Exception e) when (e is MeasurementException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task MeasureAsync(RunArguments arguments)
    {
        string? natsServer = NatsServer.FindVersion();
        if (natsServer is null)
        {
            Console.WriteLine(
                "nats-server is not installed, so NATS.Net is skipped (Debian: apt-get install nats-server)."
            );
        }

        RunInfo circumstances = Circumstances.Of(
            arguments,
            ("FireAndForget", typeof(MessagingHost)),
            ("Wasmtime", typeof(Wasmtime.Engine)),
            ("Orleans", typeof(global::Orleans.IGrainFactory))
        );
        IReadOnlyList<Carrier> carriers = Carrier.All(natsServer is not null);
        Results results = new();
        if (arguments.Includes(ClusterNames.OneWay))
        {
            await OneWay.MeasureAsync(arguments, carriers, results);
        }

        await Alone.MeasureAsync(arguments, carriers, results);
        if (arguments.Includes(ClusterNames.Memory))
        {
            await SlowReceiver.MeasureAsync(arguments, results);
        }

        if (arguments.Includes(ClusterNames.KillNoticed) || arguments.Includes(ClusterNames.KillFlowing))
        {
            await Kills.MeasureAsync(arguments, results);
        }

        if (arguments.Includes(ClusterNames.TableMemory))
        {
            await Table.MeasureAsync(arguments, results);
        }

        if (results.All.Count == 0)
        {
            return;
        }

        ResultJson.Write(arguments.Output, ClusterNames.Part, results.All);
        RunInfo run = circumstances with
        {
            Versions = circumstances
                .Versions.Append(new("nats-server", natsServer ?? "not installed, so NATS.Net was skipped"))
                .ToDictionary(),
        };
        ResultJson.Write(arguments.Output, run, ClusterNames.Run);
    }
}
