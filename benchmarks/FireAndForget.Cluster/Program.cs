// Measures messages from one process to another on this machine: through a cluster, as Orleans calls, and through NATS where
// nats-server is installed. The build's Bench target starts it; it starts the receiving process as itself, with the argument 'receiver'.

using FireAndForget.Reporting;

namespace FireAndForget.Cluster;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is [Receiver.Argument, .. string[] rest])
        {
            await Receiver.RunAsync(rest.FirstOrDefault());
            return 0;
        }

        var arguments = RunArguments.Parse(args);
        if (!arguments.Includes("cluster"))
        {
            return 0;
        }

        await using Sender sender = await Sender.StartAsync(arguments);
        ResultJson.Write(arguments.Output, "cluster", await sender.MeasureAsync());
        return 0;
    }
}
