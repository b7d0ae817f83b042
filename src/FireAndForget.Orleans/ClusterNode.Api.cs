using FireAndForget.Messages;
using FireAndForget.Orleans.Placing;
using FireAndForget.Orleans.Table;
using FireAndForget.Sources;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// What users call.
internal sealed partial class ClusterNode
{
    public async Task<string> StoreAsync(ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default)
    {
        try
        {
            WasmStart.CheckBinary(wasm.Span);
        }
        catch (ComponentLoadException e)
        {
            throw new ArgumentException(e.Message, nameof(wasm), e);
        }

        string version = VersionOf(wasm.Span);
        await _store.PutAsync(version, wasm, cancellationToken).ConfigureAwait(false);
        if (!_store.IsShared)
        {
            byte[] bytes = wasm.ToArray();
            await ForEachPeerAsync(service => service.StoreAsync(version, bytes), cancellationToken)
                .WaitAsync(cancellationToken)
                .ConfigureAwait(false);
        }

        return version;
    }

    public async Task DeployAsync(string id, string version, ComponentOptions? options = null)
    {
        MessageId.Check(id, nameof(id));
        ArgumentException.ThrowIfNullOrEmpty(version);
        ComponentOptions own = (options ?? new()).Snapshot();
        var entry = TableEntry.Of(id, version, own);
        SiloAddress? silo = own.Placement.Silo is { } name ? FindSilo(name, nameof(options)) : null;
        if (_table.TryGetValue(id, out TableEntry? known) && !known.IsComponent)
        {
            throw new ArgumentException(
                $"'{id}' is an endpoint on {known.Host}; remove it first, or take another id.",
                nameof(id)
            );
        }

        if (known is { IsStopped: true } && IsAlive(known.Host))
        {
            await RemoveAsync(id).ConfigureAwait(false);
        }

        if (await FindWasmAsync(version).ConfigureAwait(false) is null)
        {
            throw new ArgumentException(
                $"Nothing is stored under the version '{version}'; store it first.",
                nameof(version)
            );
        }

        Hint(silo);
        try
        {
            await ThrowAsync(Grains.GetGrain<IComponentGrain>(id).DeployAsync(entry, silo)).ConfigureAwait(false);
        }
        finally
        {
            Hint(null);
        }

        await RecordAsync(entry).ConfigureAwait(false);
    }

    public Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        MessagingEndpointOptions own = (options ?? new()).Snapshot();
        if (handler is null)
        {
            own.ReceivesFrom = [];
        }

        return AddEndpointAsync(id, own, () => Host.AddEndpoint(id, handler, own));
    }

    public Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        AsyncMessageHandler handler,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        MessagingEndpointOptions own = (options ?? new()).Snapshot();
        return AddEndpointAsync(id, own, () => Host.AddEndpoint(id, handler, own));
    }

    public Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        RequestHandler answering,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        MessagingEndpointOptions own = (options ?? new()).Snapshot();
        return AddEndpointAsync(id, own, () => Host.AddEndpoint(id, answering, handler, own));
    }

    public Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        AsyncRequestHandler answering,
        AsyncMessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        MessagingEndpointOptions own = (options ?? new()).Snapshot();
        return AddEndpointAsync(id, own, () => Host.AddEndpoint(id, answering, handler, own));
    }

    public async Task MoveAsync(string id, SiloAddress silo)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(silo);
        if (!_table.TryGetValue(id, out TableEntry? entry) || !entry.IsComponent)
        {
            throw new ArgumentException($"No component of the cluster is {MessageId.Quote(id)}.", nameof(id));
        }

        if (silo != Silo && !Peers.Contains(silo))
        {
            throw new ArgumentException($"No silo of the cluster is {silo}, or it is not active.", nameof(silo));
        }

        if (entry.Host == Silo)
        {
            await MoveFromHereAsync(id, silo).ConfigureAwait(false);
        }
        else
        {
            await ThrowAsync(_silos.At(entry.Host).MoveAsync(id, silo)).ConfigureAwait(false);
        }
    }

    public Task MoveAsync(string id, string silo) => MoveAsync(id, FindSilo(silo, nameof(silo)));

    public async Task<bool> RemoveAsync(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!_table.TryGetValue(id, out TableEntry? entry))
        {
            return false;
        }

        // The catalog first: where this ends half-way the component runs on and can be removed again, and nothing brings it back.
        if (entry.IsComponent)
        {
            await Grains.GetGrain<ICatalogGrain>(CatalogGrain.PartOf(id)).RemoveAsync(id).ConfigureAwait(false);
        }

        return entry.Host == Silo
            ? await RemoveHereAsync(id).ConfigureAwait(false)
            : await _silos.At(entry.Host).RemoveAsync(id).ConfigureAwait(false);
    }

    public Task<bool> GrantAsync(string id, Capability capability, string pattern) =>
        ChangeAsync(id, capability, pattern, isGranted: true);

    public Task<bool> RevokeAsync(string id, Capability capability, string pattern) =>
        ChangeAsync(id, capability, pattern, isGranted: false);

    public Task<int> DrainAsync(string silo) => DrainAsync(FindSilo(silo, nameof(silo)), timeout: null);

    public async Task<IReadOnlyList<ClusterHostStatus>> GetStatusAsync() =>
        [
            .. (
                await Task.WhenAll(
                        _membership
                            .CurrentSnapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead)
                            .Select(StatusOfAsync)
                    )
                    .ConfigureAwait(false)
            ).OrderBy(status => status.Name, StringComparer.Ordinal),
        ];

    internal HostReport Report()
    {
        TableEntry[] hosted = Hosted;
        return new()
        {
            Components = [.. hosted.Where(e => e.IsComponent).Select(e => e.Id).Order(StringComparer.Ordinal)],
            Endpoints = [.. hosted.Where(e => !e.IsComponent).Select(e => e.Id).Order(StringComparer.Ordinal)],
            Numbers = Counts.Of(OwnStatistics()),
            ProtocolVersion = _options.ProtocolVersion,
        };
    }

    /// <summary>
    /// What became of the messages that were sent on this silo. Those that came from other silos are left out, because these count
    /// them.
    /// </summary>
    internal HostStatistics OwnStatistics()
    {
        // The order matters: whatever arrives and is settled meanwhile, no message looks settled that is not.
        long arrivedAccepted = ArrivedAccepted;
        HostStatistics all = Host.Statistics;
        MessageStatistics arrived = ArrivedOutcomes;
        MessageStatistics settled = new()
        {
            Handled = Less(all.Handled, arrived.Handled),
            Rejected = Less(all.Rejected, arrived.Rejected),
            Trapped = Less(all.Trapped, arrived.Trapped),
            TimedOut = Less(all.TimedOut, arrived.TimedOut),
            Evicted = Less(all.Evicted, arrived.Evicted),
            Undeliverable = Less(all.Undeliverable, arrived.Undeliverable),
            Lost = Less(all.Lost, arrived.Lost),
        };
        long accepted = Math.Max(Less(all.Accepted, arrivedAccepted), settled.Settled);
        long outstanding = accepted - settled.Settled;
        long inFlight = Math.Min(all.InFlight, outstanding);
        return new()
        {
            Refused = all.Refused,
            Messages = settled.Plus(
                new()
                {
                    Accepted = accepted,
                    InFlight = inFlight,
                    Queued = outstanding - inFlight,
                    InMailboxes = Math.Min(all.InMailboxes, outstanding),
                    Requests = all.Requests,
                    LateReplies = all.LateReplies,
                    Scheduled = all.Scheduled,
                }
            ),
        };
    }

    private static long Less(long all, long arrived) => Math.Max(0, all - arrived);

    private async Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        MessagingEndpointOptions options,
        Func<MessagingEndpoint> add
    )
    {
        MessageId.Check(id, nameof(id));
        using (await _changing.TakeAsync(id).ConfigureAwait(false))
        {
            if (_table.TryGetValue(id, out TableEntry? taken) && IsAlive(taken.Host))
            {
                throw new ArgumentException(
                    $"'{id}' is on {taken.Host} already; remove it first, or take another id.",
                    nameof(id)
                );
            }

            MessagingEndpoint endpoint = add();
            if (!await AnnounceAsync(Write(TableEntry.Of(id, options))).ConfigureAwait(false))
            {
                Host.Remove(id);
                await WithdrawAsync(id).ConfigureAwait(false);
                throw new ArgumentException(
                    $"'{id}' was taken on another silo at the same time; take another id.",
                    nameof(id)
                );
            }

            return endpoint;
        }
    }

    private async Task<bool> ChangeAsync(string id, Capability capability, string pattern, bool isGranted)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(pattern);
        if (!_table.TryGetValue(id, out TableEntry? entry))
        {
            throw new ArgumentException($"Nothing of the cluster is {MessageId.Quote(id)}.", nameof(id));
        }

        if (entry.Host == Silo)
        {
            return await ChangeHereAsync(id, capability, pattern, isGranted).ConfigureAwait(false);
        }

        (bool isChanged, Failure? failure) = await _silos
            .At(entry.Host)
            .ChangeAsync(id, capability, pattern, isGranted)
            .ConfigureAwait(false);
        return failure is null ? isChanged : throw failure.ToException();
    }

    private SiloAddress FindSilo(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        ClusterMember[] members =
        [
            .. _membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active),
        ];
        ClusterMember? found =
            members.FirstOrDefault(member => member.SiloAddress.ToParsableString() == name)
            ?? members.FirstOrDefault(member => member.Name == name);
        return found?.SiloAddress
            ?? throw new ArgumentException(
                $"No active silo is {MessageId.Quote(name)}; there are {string.Join(", ", members.Select(m => m.Name).Order(StringComparer.Ordinal))}.",
                parameter
            );
    }

    private async Task<ClusterHostStatus> StatusOfAsync(ClusterMember member)
    {
        ClusterHostStatus status = new()
        {
            Name = member.Name,
            Address = member.SiloAddress.ToParsableString(),
            State = member.Status.ToString(),
        };
        try
        {
            HostReport report =
                member.SiloAddress == Silo
                    ? Report()
                    : await _silos
                        .At(member.SiloAddress)
                        .ReportAsync()
                        .WaitAsync(TimeSpan.FromSeconds(5))
                        .ConfigureAwait(false);
            return status with
            {
                Components = report.Components,
                Endpoints = report.Endpoints,
                Statistics = Counts.From(report.Numbers),
            };
        }
        catch (Exception)
        {
            return status with { State = "unreachable" };
        }
    }
}
