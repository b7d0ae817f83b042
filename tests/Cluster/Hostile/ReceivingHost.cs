using System.Collections.Concurrent;
using System.Net;
using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Routing;
using Orleans.Runtime;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>A host to which frames of another silo come, without Orleans: messages are handled when the test says so.</summary>
internal sealed class ReceivingHost : IInboundHost, IAsyncDisposable
{
    private readonly Dictionary<string, Participant> _senders = [];

    /// <summary>A host.</summary>
    /// <param name="most">How many bytes may wait for a receiver, and in settlements that are not confirmed.</param>
    public ReceivingHost(long most = 256 << 20)
    {
        Host = new(new() { Workers = 0, CompileCache = null });
        Inbound = new(this, Peer) { MostWaitingBytes = most, MostUnconfirmedBytes = most };
        AddSender("sender");
    }

    public MessagingHost Host { get; }

    public Inbound Inbound { get; }

    /// <summary>Whether calls that tell settlements fail.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The settlements that were told, by calls of their own or as the answer to a frame.</summary>
    public ConcurrentQueue<byte[]> Told { get; } = new();

    /// <summary>The number of the last settlement that was told.</summary>
    public ulong LastTold => Told.Select(bytes => Settlement.NumberOf(bytes)).DefaultIfEmpty().Max();

    public static SiloAddress Peer { get; } = SiloAddress.New(IPAddress.Loopback, 1, 1);

    Registry IInboundHost.Registry => Host.Parts.Registry;

    /// <summary>Adds somebody on the other silo.</summary>
    public void AddSender(string id) =>
        _senders[id] = new(
            id,
            Host.Parts.Services.Directory.NumberOf(id),
            ["*"],
            new ComponentOptions { SendsTo = ["*"] },
            allowance: null,
            ["*"]
        );

    public async Task ReceiveAsync(WireFrame frame)
    {
        if (await Inbound.ReceiveAsync(frame.ToFrame()) is { } settlement)
        {
            Told.Enqueue(settlement);
        }
    }

    /// <summary>Waits until all messages of a target have their outcome.</summary>
    /// <param name="key">The target's key.</param>
    /// <param name="through">The number of the last message.</param>
    /// <returns>Those that ended otherwise than handled, or have an answer.</returns>
    public async Task<Ended[]> SettledAsync(uint key, long through)
    {
        TargetSettlement[] told = [];
        await TestCluster.UntilAsync(() =>
        {
            Inbound.Execute();
            Host.Pump();
            Inbound.Execute();
            // One that was the answer to a frame may be told again by a call.
            told =
            [
                .. Told.DistinctBy(bytes => Settlement.NumberOf(bytes))
                    .SelectMany(bytes => Settlement.Read(bytes))
                    .Where(target => target.Key == key),
            ];
            return told.Any(target => target.Through == through);
        });
        return [.. told.SelectMany(target => target.Ended).OrderBy(ended => ended.Number)];
    }

    Participant? IInboundHost.FindTarget(string id) =>
        Host.Parts.Registry.TryGet(id, out Participant? found) ? found : null;

    Participant? IInboundHost.FindSender(string id, SiloAddress silo) => _senders.GetValueOrDefault(id);

    Publication IInboundHost.PublicationOf(Participant publisher, string topic)
    {
        TopicName name = new(topic);
        return new(name, publisher.NumberFor(name), Host.Parts.Registry.Topics);
    }

    // As where all senders of this host were on another silo before.
    bool IInboundHost.IsArrival(uint origin) =>
        !MessageOrigin.HasContext(origin) || Host.Parts.Registry.Contexts!.Of(origin).Listener is not IArrival;

    bool IInboundHost.IsAtLeastOnce(string id) => false;

    Task IInboundHost.SettleAsync(SiloAddress silo, byte[] settlement)
    {
        if (IsDeaf)
        {
            throw new IOException("nobody hears it");
        }

        Told.Enqueue(settlement);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Inbound.Dispose();
    }
}
