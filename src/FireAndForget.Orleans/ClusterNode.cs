using System.Collections.Concurrent;
using FireAndForget.Dispatching;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using FireAndForget.Orleans.Wasm;
using FireAndForget.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FireAndForget.Orleans;

/// <summary>
/// A silo's part in the cluster: its host, the table of which silo hosts what, the links to other silos, and what is done when
/// components come up, move and go, and when silos die. In parts by topic.
/// </summary>
internal sealed partial class ClusterNode
    : IMessagingCluster,
        ITargetResolver,
        IInboundHost,
        ILifecycleParticipant<ISiloLifecycle>,
        IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly IServiceProvider _services;
    private readonly FireAndForgetClusterOptions _options;
    private readonly ILogger _logger;
    private readonly IClusterMembershipService _membership;
    private readonly LinkServiceClient _silos;
    private readonly IWasmStore _store;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Guards the changes of the tables below.</summary>
    private readonly Lock _lock = new();

    /// <summary>The entries of all ids of the cluster.</summary>
    private readonly ConcurrentDictionary<string, TableEntry> _table = new(StringComparer.Ordinal);

    /// <summary>The stand-ins of ids of other silos to or from which something was sent.</summary>
    private readonly ConcurrentDictionary<string, RemoteId> _remotes = new(StringComparer.Ordinal);

    /// <summary>The components that are here.</summary>
    private readonly ConcurrentDictionary<string, Component> _here = new(StringComparer.Ordinal);

    /// <summary>Components that are here and not, or not yet, found under their id by who sends from here.</summary>
    private readonly ConcurrentDictionary<string, Participant> _unplaced = new(StringComparer.Ordinal);

    /// <summary>Components that are loaded here and have not arrived yet.</summary>
    private readonly ConcurrentDictionary<string, Component> _prepared = new(StringComparer.Ordinal);

    /// <summary>Ids whose messages are held back, with the silo that moves them.</summary>
    private readonly Dictionary<string, SiloAddress> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SiloAddress, Link> _links = new();
    private readonly ConcurrentDictionary<SiloAddress, Inbound> _inbounds = new();
    private readonly ConcurrentDictionary<SiloAddress, bool> _dead = new();

    /// <summary>Silos whose versions are too far from this one's, and why nothing is taken from them.</summary>
    private readonly ConcurrentDictionary<SiloAddress, string> _mismatches = new();
    private readonly KeyedLocks _changing = new();
    private bool[] _arrivals = new bool[64];
    private long _lastNumbers;

    public ClusterNode(
        IServiceProvider services,
        IOptions<FireAndForgetClusterOptions> options,
        IClusterMembershipService membership,
        ILocalSiloDetails details,
        LinkServiceClient silos,
        ILoggerFactory loggers
    )
    {
        _services = services;
        _options = options.Value;
        _membership = membership;
        _silos = silos;
        _logger = loggers.CreateLogger("FireAndForget.Orleans");
        Silo = details.SiloAddress;
        Name = details.Name;
        IGrainStorage? storage = services.GetKeyedService<IGrainStorage>(FireAndForgetClusterOptions.StorageName);
        _store = _options.WasmStore ?? (storage is null ? new MemoryWasmStore() : new GrainStorageWasmStore(storage));
        MessagingHostOptions own = _options.Host.Snapshot();
        own.Logger ??= loggers.CreateLogger("FireAndForget");
        Host = new(own, this);
        _meter = CreateMeter();
    }

    public MessagingHost Host { get; }

    public SiloAddress Silo { get; }

    public string Name { get; }

    public Registry Registry => Host.Parts.Registry;

    private HostServices Services => Host.Parts.Services;

    private IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    /// <summary>The other silos that are active.</summary>
    private SiloAddress[] Peers =>
        [
            .. _membership
                .CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active && m.SiloAddress != Silo)
                .Select(m => m.SiloAddress)
                .Where(silo => !_dead.ContainsKey(silo) && !_mismatches.ContainsKey(silo)),
        ];

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(ClusterNode), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Host.DisposeAsync().ConfigureAwait(false);
        _meter.Dispose();
        foreach (Inbound inbound in _inbounds.Values)
        {
            inbound.Dispose();
        }
    }

    /// <summary>
    /// The link to a silo. There is one to this silo too, for messages that waited for a component which has arrived here.
    /// </summary>
    internal Link LinkTo(SiloAddress silo) =>
        _links.GetOrAdd(
            silo,
            static (silo, node) =>
                new(
                    node._options.WrapPeer(silo == node.Silo ? new OwnEnd(node) : new OtherEnd(node, silo)),
                    node.Services.Directory,
                    new(),
                    node._logger
                ),
            this
        );

    /// <summary>The inbound link from a silo.</summary>
    /// <exception cref="InvalidOperationException">The silo was declared dead, or this one stops.</exception>
    internal Inbound From(SiloAddress silo)
    {
        if (_dead.ContainsKey(silo))
        {
            throw new InvalidOperationException(
                $"The silo {silo} was declared dead, and nothing is taken from it any more."
            );
        }

        if (_mismatches.TryGetValue(silo, out string? mismatch))
        {
            throw new InvalidOperationException(mismatch);
        }

        // Messages that this silo would refuse as closed wait in the outboxes until their receivers have come up elsewhere.
        return Host.IsStopping && silo != Silo
            ? throw new InvalidOperationException($"The silo {Silo} stops, and takes nothing any more.")
            : _inbounds.GetOrAdd(silo, static (silo, node) => new(node, silo), this);
    }

    /// <summary>The inbound link from a silo by whose name a call came.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="From"/>, or it is this silo or no member of the cluster.</exception>
    internal Inbound FromPeer(SiloAddress silo) =>
        silo != Silo && (_inbounds.ContainsKey(silo) || IsAlive(silo)) ? From(silo) : throw NoPeer(silo);

    /// <summary>The link to a silo that tells what became of messages which went there.</summary>
    /// <exception cref="InvalidOperationException">Nothing went there, or the silo was declared dead.</exception>
    internal Link LinkOf(SiloAddress silo) =>
        silo != Silo && _links.TryGetValue(silo, out Link? link) ? link : throw NoPeer(silo);

    private static InvalidOperationException NoPeer(SiloAddress silo) =>
        new($"The silo {silo} is none with which this one exchanges messages, and nothing is taken from it.");

    Task IInboundHost.SettleAsync(SiloAddress silo, byte[] settlement)
    {
        if (silo == Silo)
        {
            LinkTo(Silo).Settle(settlement);
            return Task.CompletedTask;
        }

        return _silos.At(silo).SettleAsync(Silo, settlement);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        HashSet<SiloAddress> met = [];
        foreach (SiloAddress silo in Peers)
        {
            if (await MeetAsync(silo).ConfigureAwait(false) is { } mismatch)
            {
                throw new InvalidOperationException(mismatch);
            }

            met.Add(silo);
        }

        _ = Task.Run(() => WatchMembershipAsync(met), CancellationToken.None);
        _ = Task.Run(SweepAsync, CancellationToken.None);
        _ = Task.Run(RestoreAsync, CancellationToken.None);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        if (
            !cancellationToken.IsCancellationRequested
            && _options.DrainTimeout > TimeSpan.Zero
            && Peers.Length != 0
            && !_dead.ContainsKey(Silo)
        )
        {
            try
            {
                await DrainAsync(Silo, _options.DrainTimeout).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                LogNotDrained(_logger, e.Message);
            }
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // No time is left: messages that are not handled are treated as when this silo dies, and the others send them again or
            // report them lost.
            foreach (Inbound inbound in _inbounds.Values)
            {
                inbound.Fence();
            }
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Host.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls all other silos, again and again until each has answered or is dead, or nobody waits for it any more.</summary>
    private Task ForEachPeerAsync(Func<ILinkService, Task> call, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Peers.Select(silo => CallAsync(silo, call, cancellationToken)));

    private async Task CallAsync(
        SiloAddress silo,
        Func<ILinkService, Task> call,
        CancellationToken cancellationToken = default
    )
    {
        while (!_stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                await call(_silos.At(silo)).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (IsAlive(silo))
            {
                LogCallFailed(_logger, silo, e.Message);
                await Task.Delay(RetryPause, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // A dead silo need not be told.
                return;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private bool IsAlive(SiloAddress silo) =>
        !_dead.ContainsKey(silo)
        && _membership.CurrentSnapshot.GetSiloStatus(silo)
            is SiloStatus.Active
                or SiloStatus.ShuttingDown
                or SiloStatus.Stopping
                or SiloStatus.Joining;

    /// <summary>
    /// A number from which messages under an id are counted, greater than all that were given under it before, on any silo.
    /// </summary>
    private long NewNumbers()
    {
        lock (_lock)
        {
            // There are a million numbers for each millisecond, so that one start does not catch up with the next.
            long now = (DateTime.UtcNow.Ticks - new DateTime(2025, 1, 1).Ticks) / TimeSpan.TicksPerMillisecond;
            _lastNumbers = Math.Max(_lastNumbers + 1, now);
            return _lastNumbers << 20;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A call to {Silo} failed and is made again: {Reason}")]
    private static partial void LogCallFailed(ILogger logger, SiloAddress silo, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all components left before the silo stopped: {Reason}")]
    private static partial void LogNotDrained(ILogger logger, string reason);

    /// <summary>The end of a link on another silo.</summary>
    private sealed class OtherEnd(ClusterNode node, SiloAddress silo) : ILinkPeer
    {
        /// <summary>Kept, because each reference is made anew, id and all.</summary>
        private readonly ILinkService _service = node._silos.At(silo);

        public SiloAddress Address => silo;

        public ValueTask<byte[]?> DeliverAsync(Frame frame) => _service.DeliverAsync(node.Silo, frame);

        public Task<LinkState> ResumeAsync(uint session, ulong settledThrough) =>
            _service.ResumeAsync(node.Silo, session, settledThrough);
    }

    /// <summary>The end of a link on this silo.</summary>
    private sealed class OwnEnd(ClusterNode node) : ILinkPeer
    {
        public SiloAddress Address => node.Silo;

        public ValueTask<byte[]?> DeliverAsync(Frame frame) => node.From(node.Silo).ReceiveAsync(frame);

        public Task<LinkState> ResumeAsync(uint session, ulong settledThrough) =>
            Task.FromResult(node.From(node.Silo).Resume(session, settledThrough));
    }

    /// <summary>An id of another silo, as a sender and a target on this one.</summary>
    private sealed record RemoteId(Participant Self, Outbox Outbox)
    {
        public required TableEntry Entry { get; set; }
    }
}
