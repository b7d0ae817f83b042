// FireAndForget: an endpoint sends to a guest on the other silo, and asks one; and what only a cluster of it can be told to do.

using System.Diagnostics;
using FireAndForget.Cluster.Processes;
using FireAndForget.Measuring;
using FireAndForget.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace FireAndForget.Cluster.Sides;

internal sealed partial class FireAndForgetSide(string[] silo) : Side
{
    private const string Counter = "counter";
    private const string Echo = "echo";
    private const string Answerer = "answerer";
    private const string Slow = "slow";
    private const string Client = "client";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host = Silos.Build(silo, isMessaging: true);
    private readonly long _started = Stopwatch.GetTimestamp();
    private IMessagingCluster _cluster = null!;
    private MessagingEndpoint _client = null!;
    private PreparedSender _toCounter = null!;
    private TaskCompletionSource _answered = new();
    private long _sent;
    private bool _isFull;

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    protected override async Task StartAsync()
    {
        await _host.StartAsync();
        _cluster = _host.Services.GetRequiredService<IMessagingCluster>();
    }

    protected override async Task ConnectAsync(string name, string address)
    {
        SiloAddress there = await Silos.FindAsync(_host.Services, name);
        PlacementOptions placement = new() { Silo = name };
        await DeployAsync(
            Counter,
            "handle-message-component",
            new()
            {
                Placement = placement,
                Mailbox = new() { Messages = 16_384, Bytes = 8 << 20 },
            }
        );
        await DeployEchoAsync(name);
        await DeployAsync(Answerer, "conversation-component", new() { Placement = placement });
        _client = await _cluster.AddEndpointAsync(Client, _ => _answered.TrySetResult());
        _toCounter = _client.Prepare(Counter);
        ITallyGrain grain = await Silos.GrainOnAsync(_host.Services, there);
        Ways["send"] = SendAsync;
        Asks["echo"] = EchoAsync;
        Asks["request"] = RequestAsync;
        Asks["call"] = grain.EchoAsync;
    }

    /// <summary>Waits until the other silo has told what became of each message, and checks that all were handled.</summary>
    protected override async Task CompleteAsync()
    {
        await _cluster.Host.DrainAsync();
        HostStatistics statistics = _cluster.Host.Statistics;
        if (statistics.Handled != statistics.Accepted || statistics.Handled < _sent)
        {
            throw new MeasurementException($"Of {_sent} messages not all were handled: {statistics}");
        }
    }

    protected override async Task<SideReport> DoOtherAsync(string[] words)
    {
        switch (words)
        {
            case ["be-slow"]:
                // A handler that takes a millisecond, of which it needs nothing of the processor.
                await _cluster.AddEndpointAsync(Slow, _ => Thread.Sleep(1));
                return new();
            case ["fill-slow", string bytes, string seconds]:
                _ = Task.Run(() => FillAsync(new byte[Number(bytes)], TimeSpan.FromSeconds(Number(seconds))));
                return new();
            case ["is-full"]:
                return new() { Messages = Volatile.Read(ref _isFull) ? 1 : 0 };
            case ["watch", string name]:
                await WatchAsync(name);
                return new();
            case ["watched"]:
                return await WatchedAsync();
            case ["place-echo", string name]:
                await PlaceEchoAsync(name);
                return new();
            default:
                return await DoWithTableAsync(words);
        }
    }

    private async ValueTask SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            SendStatus status = _toCounter.Send(message);
            if (status == SendStatus.QueueFull)
            {
                status = await _toCounter.SendAsync(message);
            }

            if (status != SendStatus.Accepted)
            {
                throw new MeasurementException($"A message was not accepted, but {status}.");
            }
        }

        _sent += count;
    }

    private Task EchoAsync(byte[] message)
    {
        _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SendStatus status = _client.Send(Echo, message);
        return status == SendStatus.Accepted
            ? _answered.Task
            : throw new MeasurementException($"A message to the echo was not accepted, but {status}.");
    }

    private async Task RequestAsync(byte[] message)
    {
        Reply reply = await _client.RequestAsync(Answerer, message, Patience);
        if (!reply.IsHandled)
        {
            throw new MeasurementException($"A request was not answered: {reply}");
        }
    }

    /// <summary>Sends as much as there is room for, and waits for room again and again.</summary>
    private async Task FillAsync(byte[] message, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            if (_client.Send(Slow, message) == SendStatus.QueueFull)
            {
                Volatile.Write(ref _isFull, true);
                await _client.SendAsync(Slow, message);
            }
        }
    }

    private Task DeployEchoAsync(string name) =>
        DeployAsync(
            Echo,
            "echo-handler",
            new()
            {
                Placement = new() { Silo = name },
                SendsTo = [Client, Watcher],
            }
        );

    private async Task DeployAsync(string id, string guest, ComponentOptions options) =>
        await _cluster.DeployAsync(id, await _cluster.StoreAsync(Guest(guest)), options);

    private static byte[] Guest(string name)
    {
        using Stream stream = typeof(FireAndForgetSide).Assembly.GetManifestResourceStream($"{name}.wasm")!;
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
