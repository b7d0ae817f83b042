// The two processes of what carries messages, and the server between them where it needs one.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Cluster.Processes;
using FireAndForget.Cluster.Sides;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

/// <summary>What the processes have used since they began.</summary>
/// <param name="Server">The processor time of the server between them, in nanoseconds; null: there is none.</param>
internal sealed record Usage(SideReport Sender, SideReport Receiver, double? Server)
{
    public long AllocatedBytes => Sender.AllocatedBytes + Receiver.AllocatedBytes;
}

internal sealed class Pair : IDisposable
{
    private readonly NatsServer? _server;

    private Pair(Carrier carrier, Child sender, Child receiver, NatsServer? server)
    {
        Carrier = carrier;
        Sender = sender;
        Receiver = receiver;
        _server = server;
    }

    public Carrier Carrier { get; }

    public Child Sender { get; }

    public Child Receiver { get; }

    /// <summary>Starts both, and connects the sender.</summary>
    /// <exception cref="MeasurementException">They do not get ready.</exception>
    public static async Task<Pair> StartAsync(Carrier carrier)
    {
        NatsServer? server = carrier.Kind == Carrier.NatsKind ? await NatsServer.StartAsync() : null;
        SiloCluster silos = new(carrier.Kind, Silos.DefaultProbes);
        Child? sender = null;
        Child? receiver = null;
        try
        {
            sender = await StartAsync(ClusterNames.Sender);
            receiver = await StartAsync(ClusterNames.Receiver);
            await sender.DoAsync("connect", ClusterNames.Receiver, receiver.Address);
            return new(carrier, sender, receiver, server);
        }
        catch
        {
            sender?.Dispose();
            receiver?.Dispose();
            server?.Dispose();
            throw;
        }

        Task<Child> StartAsync(string name) =>
            carrier.Kind switch
            {
                "fire-and-forget" or "orleans" => silos.StartAsync(name),
                Carrier.NatsKind => Child.StartAsync(carrier.Kind, name, server!.Url),
                _ => Child.StartAsync(carrier.Kind, name),
            };
    }

    /// <summary>Sends, and waits until all have arrived.</summary>
    /// <returns>The nanoseconds from the first send until then.</returns>
    public Task<double> SendAsync(Way way, int payload, int count) =>
        RunAsync(way, count, ["send", way.Word, Text(payload), Text(count)]);

    /// <summary>Sends at a rate, and waits until all have arrived.</summary>
    /// <returns>The nanoseconds from the first send until then.</returns>
    public Task<double> PaceAsync(Way way, int payload, int rate, int count) =>
        RunAsync(way, count, ["pace", way.Word, Text(payload), Text(rate), Text(count)]);

    public async Task<Usage> LookAsync() =>
        new(await Sender.DoAsync("look"), await Receiver.DoAsync("look"), _server?.ProcessorNanoseconds);

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
        _server?.Dispose();
    }

    private async Task<double> RunAsync(Way way, int count, IReadOnlyList<string> command)
    {
        if (!way.IsCounted)
        {
            SideReport alone = await Sender.DoAsync(command);
            return Stopwatch.GetElapsedTime(alone.Start, alone.End).TotalNanoseconds;
        }

        long expected = (await Receiver.DoAsync("look")).Messages + count;
        Task<SideReport> arriving = Receiver.DoAsync("arrive", Text(expected));
        SideReport sent = await Sender.DoAsync(command);
        SideReport arrived = await arriving;
        return arrived.Messages == expected
            ? Stopwatch.GetElapsedTime(sent.Start, Math.Max(sent.End, arrived.End)).TotalNanoseconds
            : throw new MeasurementException(
                $"{way.Name}: its receiver has counted {arrived.Messages} messages, and {expected} were sent."
            );
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
