using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FireAndForget.Orleans;
using FireAndForget.Reporting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace FireAndForget.Cluster;

/// <summary>The process that sends and measures. All ways are measured in turn, in rounds, so that what the machine does it does to all.</summary>
internal sealed class Sender : IAsyncDisposable
{
    private const int AtATime = 64;
    private static readonly int[] Payloads = [16, 256, 4096];

    private readonly RunArguments _arguments;
    private readonly IHost _host;
    private readonly Process _receiver;
    private readonly Process? _natsServer;
    private readonly List<Measurement> _measurements = [];
    private IMessagingCluster _cluster = null!;
    private MessagingEndpoint _client = null!;
    private ITallyGrain _grain = null!;
    private NatsConnection? _nats;
    private Action _answered = () => { };

    private Sender(RunArguments arguments, IHost host, Process receiver, Process? natsServer)
    {
        _arguments = arguments;
        _host = host;
        _receiver = receiver;
        _natsServer = natsServer;
    }

    private int Rounds => _arguments.IsQuick ? 2 : 5;

    private int Scale => _arguments.IsQuick ? 10 : 1;

    public static async Task<Sender> StartAsync(RunArguments arguments)
    {
        int natsPort = FreePort();
        Process? nats = TryStartNats(natsPort);
        IHost host = Silos.Build("sender", 0);
        await host.StartAsync();
        ProcessStartInfo start = new("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(Sender).Assembly.Location);
        start.ArgumentList.Add(Receiver.Argument);
        string? url = nats is null ? null : $"nats://127.0.0.1:{natsPort}";
        if (url is not null)
        {
            start.ArgumentList.Add(url);
        }

        var receiver = Process.Start(start)!;
        await receiver.StandardOutput.ReadLineAsync();
        Sender sender = new(arguments, host, receiver, nats);
        await sender.PrepareAsync(url);
        return sender;
    }

    public async Task<IReadOnlyList<Measurement>> MeasureAsync()
    {
        foreach (int payload in Payloads)
        {
            byte[] message = new byte[payload];
            int count = payload switch
            {
                16 => 2_000_000,
                256 => 1_000_000,
                _ => 100_000,
            };
            List<(string Name, Func<int, Task> Send, int Count)> ways =
            [
                ("FireAndForget", n => SendAsync(message, n), count),
                ("Orleans, awaited", n => CallAsync(message, n), 50_000),
                ("Orleans, one-way", n => CallOneWayAsync(message, n), 50_000),
            ];
            if (_nats is not null)
            {
                ways.Add(("NATS.Net", n => PublishAsync(message, n), Math.Min(count, 300_000)));
            }

            Dictionary<string, List<double>> times = [];
            Dictionary<string, double> allocated = [];
            for (int round = 0; round <= Rounds; round++)
            {
                foreach ((string name, Func<int, Task> send, int messages) in ways)
                {
                    int n = messages / Scale;
                    long before = GC.GetTotalAllocatedBytes() + (await _grain.LookAsync()).AllocatedBytes;
                    long start = Stopwatch.GetTimestamp();
                    await send(n);
                    double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds / n;
                    long after = GC.GetTotalAllocatedBytes() + (await _grain.LookAsync()).AllocatedBytes;
                    if (round != 0)
                    {
                        // The first one warms up.
                        (times.TryGetValue(name, out List<double>? list) ? list : times[name] = []).Add(time);
                        allocated[name] = (double)(after - before) / n;
                    }
                }
            }

            foreach ((string name, List<double> samples) in times)
            {
                Add(
                    Measurement.OfSamples("cluster, one way", name, payload, "ns", samples) with
                    {
                        AllocatedBytes = allocated[name],
                    }
                );
            }
        }

        await MeasureRoundTripsAsync();
        return _measurements;
    }

    public async ValueTask DisposeAsync()
    {
        _receiver.StandardInput.Close();
        await _receiver.WaitForExitAsync();
        _receiver.Dispose();
        await _host.StopAsync();
        _host.Dispose();
        if (_nats is not null)
        {
            await _nats.DisposeAsync();
        }

        _natsServer?.Kill();
        _natsServer?.Dispose();
    }

    private async Task PrepareAsync(string? nats)
    {
        _cluster = _host.Services.GetRequiredService<IMessagingCluster>();
        SiloAddress there;
        while (true)
        {
            ClusterHostStatus? other = (await _cluster.GetStatusAsync()).FirstOrDefault(s =>
                s is { Name: "receiver", State: "Active" }
            );
            if (other is not null)
            {
                there = SiloAddress.FromParsableString(other.Address);
                break;
            }

            await Task.Delay(50);
        }

        PlacementOptions placement = new() { Silo = "receiver" };
        MailboxOptions mailbox = new() { Messages = 16_384, Bytes = 8 << 20 };
        await _cluster.DeployAsync(
            "receiver",
            await _cluster.StoreAsync(Guest("handle-message-component")),
            new() { Placement = placement, Mailbox = mailbox }
        );
        await _cluster.DeployAsync(
            "echo",
            await _cluster.StoreAsync(Guest("echo-handler")),
            new() { Placement = placement, SendsTo = ["client"] }
        );
        _client = await _cluster.AddEndpointAsync("client", _ => _answered());
        RequestContext.Set(IPlacementDirector.PlacementHintKey, there);
        _grain = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>(0);
        await _grain.LookAsync();
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        if (nats is not null)
        {
            _nats = new(new() { Url = nats });
            await _nats.ConnectAsync();
        }
    }

    private async Task SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (_client.Send("receiver", message) != SendStatus.Accepted)
            {
                await _client.SendAsync("receiver", message);
            }
        }

        await _cluster.Host.DrainAsync();
    }

    private async Task CallAsync(byte[] message, int count) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, AtATime)
                .Select(async _ =>
                {
                    for (int i = 0; i < count / AtATime; i++)
                    {
                        await _grain.TakeAsync(message);
                    }
                })
        );

    private async Task CallOneWayAsync(byte[] message, int count)
    {
        long before = (await _grain.LookAsync()).Messages;
        for (int i = 0; i < count; i++)
        {
            await _grain.TakeOneWayAsync(message);
        }

        await ArriveAsync(before + count);
    }

    private async Task PublishAsync(byte[] message, int count)
    {
        long before = (await _grain.LookAsync()).Messages;
        for (int i = 0; i < count; i++)
        {
            await _nats!.PublishAsync(Receiver.Subject, message);
        }

        await ArriveAsync(before + count);
    }

    private async Task ArriveAsync(long messages)
    {
        long start = Stopwatch.GetTimestamp();
        // A way that drops messages is not waited for for ever.
        while ((await _grain.LookAsync()).Messages < messages && Stopwatch.GetElapsedTime(start).TotalSeconds < 20)
        {
            await Task.Delay(1);
        }
    }

    private async Task MeasureRoundTripsAsync()
    {
        byte[] message = new byte[16];
        int count = 5_000 / Scale;
        double[] messages = new double[count];
        double[] calls = new double[count];
        for (int i = -100; i < count; i++)
        {
            TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _answered = answered.SetResult;
            long start = Stopwatch.GetTimestamp();
            _client.Send("echo", message);
            await answered.Task;
            double there = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            start = Stopwatch.GetTimestamp();
            await _grain.TakeAsync(message);
            if (i >= 0)
            {
                (messages[i], calls[i]) = (there, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }
        }

        foreach ((string name, double[] samples) in new[] { ("FireAndForget", messages), ("Orleans, awaited", calls) })
        {
            Array.Sort(samples);
            Add(
                Measurement.OfSamples("cluster, round trip", name, 16, "ns", samples) with
                {
                    Raw = [],
                    High = samples[(int)(samples.Length * 0.99)],
                }
            );
        }
    }

    private void Add(Measurement measurement)
    {
        _measurements.Add(measurement);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measurement.Name}, {measurement.Case}, {measurement.Payload} B: {measurement.Value:F0} ns (best {measurement.Best:F0}, high {measurement.High:F0}){(measurement.AllocatedBytes is { } bytes ? $", {bytes:F1} B on both sides" : "")}"
            )
        );
    }

    private static byte[] Guest(string name)
    {
        using Stream stream = typeof(Sender).Assembly.GetManifestResourceStream($"{name}.wasm")!;
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process? TryStartNats(int port)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo("nats-server", ["-a", "127.0.0.1", "-p", $"{port}"])
                {
                    RedirectStandardError = true,
                }
            );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine(
                "nats-server is not installed, so NATS is not measured (Debian: apt-get install nats-server)."
            );
            return null;
        }
    }
}
