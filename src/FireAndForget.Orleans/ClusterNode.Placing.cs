using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Placing;
using FireAndForget.Orleans.Table;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace FireAndForget.Orleans;

// Components: coming up, being replaced and removed.
internal sealed partial class ClusterNode
{
    /// <summary>Loads a component without running it. Its arrival or its drop follows.</summary>
    internal async Task PrepareAsync(TableEntry entry)
    {
        Component component = await LoadAsync(entry).ConfigureAwait(false);
        if (_prepared.TryRemove(entry.Id, out Component? before))
        {
            MessagingHost.Discard(before);
        }

        _prepared[entry.Id] = component;
    }

    /// <summary>Drops a component that was prepared.</summary>
    internal void Drop(string id)
    {
        if (_prepared.TryRemove(id, out Component? component))
        {
            MessagingHost.Discard(component);
        }
    }

    /// <summary>Lets a component that was prepared take over.</summary>
    internal async Task ArriveAsync(TableEntry entry, Usage? usage)
    {
        if (!_prepared.TryRemove(entry.Id, out Component? component))
        {
            throw new InvalidOperationException($"'{entry.Id}' was not prepared on {Name}.");
        }

        using (await _changing.TakeAsync(entry.Id).ConfigureAwait(false))
        {
            await TakeOverAsync(component, entry, usage).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Deploys a component from its grain, which is on this silo: on the given silo, on this one where none is given, or where it
    /// runs already, by replacing it.
    /// </summary>
    internal async Task DeployFromGrainAsync(TableEntry entry, SiloAddress? silo)
    {
        // The grain handles one call at a time, so no other silo decides meanwhile where the component runs.
        SiloAddress? host =
            _table.TryGetValue(entry.Id, out TableEntry? known) && IsAlive(known.Host) ? known.Host : null;
        SiloAddress there = host ?? silo ?? Silo;
        if (there != Silo)
        {
            ILinkService service = _silos.At(there);
            await ThrowAsync(host is null ? service.PlaceAsync(entry) : service.ReplaceAsync(entry))
                .ConfigureAwait(false);
        }
        else if (host is null)
        {
            await PlaceHereAsync(entry).ConfigureAwait(false);
        }
        else
        {
            await ReplaceHereAsync(entry).ConfigureAwait(false);
        }
    }

    /// <summary>Brings a component up here.</summary>
    internal async Task PlaceHereAsync(TableEntry entry)
    {
        using (await _changing.TakeAsync(entry.Id).ConfigureAwait(false))
        {
            await PlaceAsync(entry).ConfigureAwait(false);
        }
    }

    /// <summary>Brings a component up from its grain, which is on this silo, where it runs on no living silo.</summary>
    internal async Task EnsureAsync(TableEntry entry)
    {
        using (await _changing.TakeAsync(entry.Id).ConfigureAwait(false))
        {
            if (_table.TryGetValue(entry.Id, out TableEntry? known) && known.Host != entry.Host && IsAlive(known.Host))
            {
                return;
            }

            TableEntry newest = known is null || entry.Version > known.Version ? entry : known;
            await PlaceAsync(newest).ConfigureAwait(false);
        }
    }

    /// <summary>Replaces a component on this silo by another version or options.</summary>
    internal async Task ReplaceHereAsync(TableEntry entry)
    {
        using (await _changing.TakeAsync(entry.Id).ConfigureAwait(false))
        {
            if (!_here.TryGetValue(entry.Id, out Component? component))
            {
                throw new ArgumentException($"No component is registered under '{entry.Id}' on {Name}.");
            }

            ComponentSource source = await FindSourceAsync(entry).ConfigureAwait(false);
            await component.ReplaceAsync(source, entry.CurrentOptions).ConfigureAwait(false);
            TableEntry now = WithPatternsOf(entry, component.Receiver.Self);
            await AnnounceAsync(Write(now with { IsStopped = component.IsStopped })).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a component or endpoint of this silo.</summary>
    internal async Task<bool> RemoveHereAsync(string id)
    {
        using (await _changing.TakeAsync(id).ConfigureAwait(false))
        {
            await EndPlacingAsync(id).ConfigureAwait(false);
            bool isRemoved = Host.Remove(id);
            _here.TryRemove(id, out _);
            await WithdrawAsync(id).ConfigureAwait(false);
            return isRemoved;
        }
    }

    /// <summary>Grants or revokes a pattern of a component or endpoint of this silo.</summary>
    internal async Task<bool> ChangeHereAsync(string id, Capability capability, string pattern, bool isGranted)
    {
        using (await _changing.TakeAsync(id).ConfigureAwait(false))
        {
            await WaitUntilPlacedAsync(id).ConfigureAwait(false);
            bool isChanged = isGranted ? Host.Grant(id, capability, pattern) : Host.Revoke(id, capability, pattern);
            if (isChanged && _table.TryGetValue(id, out TableEntry? entry) && Registry.TryGet(id, out var self))
            {
                TableEntry written = Write(WithPatternsOf(entry, self));
                await AnnounceAsync(written).ConfigureAwait(false);
                await RecordAsync(written).ConfigureAwait(false);
            }

            return isChanged;
        }
    }

    /// <summary>Grants or revokes a pattern for another silo, which gets a failure instead of an exception.</summary>
    internal async Task<(bool IsChanged, Failure? Failure)> TryChangeHereAsync(
        string id,
        Capability capability,
        string pattern,
        bool isGranted
    )
    {
        bool isChanged = false;
        Failure? failure = await Failure
            .TryAsync(async () =>
                isChanged = await ChangeHereAsync(id, capability, pattern, isGranted).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return (isChanged, failure);
    }

    /// <summary>Brings a component up here. Under its lock.</summary>
    private async Task PlaceAsync(TableEntry entry)
    {
        Component component = await LoadAsync(entry).ConfigureAwait(false);
        await TakeOverAsync(component, entry with { IsStopped = false }, usage: null).ConfigureAwait(false);
        LogPlaced(_logger, entry.Id);
    }

    private async Task<Component> LoadAsync(TableEntry entry)
    {
        ComponentSource source = await FindSourceAsync(entry).ConfigureAwait(false);
        return await Host.PrepareAsync(entry.Id, source, entry.CurrentOptions).ConfigureAwait(false);
    }

    /// <summary>
    /// Starts a loaded component on this silo. First it accepts what other silos send, then these are told, and last it is
    /// registered for senders of this silo: behind the messages that waited here for it.
    /// </summary>
    private async Task TakeOverAsync(Component component, TableEntry entry, Usage? usage)
    {
        if (usage is not null && component.Receiver.Self.Allowance is { } allowance)
        {
            allowance.Usage = usage.ToSendUsage();
        }

        Host.Begin(component, NewNumbers());
        await TakeOverBegunAsync(component, entry).ConfigureAwait(false);
        await RecordAsync(entry).ConfigureAwait(false);
    }

    private async Task TakeOverBegunAsync(Component component, TableEntry entry)
    {
        RemoteId? remote;
        TableEntry written;
        lock (_lock)
        {
            _here[entry.Id] = component;
            _unplaced[entry.Id] = component.Receiver.Self;
            written = Write(entry);
            _held.Remove(entry.Id);
            _remotes.TryGetValue(entry.Id, out remote);
        }

        await AnnounceAsync(written).ConfigureAwait(false);
        if (remote is null || remote.Outbox.IsStopped)
        {
            Host.Place(component);
            Settle();
            return;
        }

        lock (_lock)
        {
            if (remote.Outbox.Link is { } link && link != LinkTo(Silo) && remote.Outbox.UnderWay != 0)
            {
                remote.Outbox.LoseLink($"the host {link.Peer} died", entry.IsAtLeastOnce);
            }

            remote.Outbox.SucceedWhenEmpty(() =>
            {
                Host.Place(component);
                Settle();
            });
            remote.Outbox.ConnectTo(LinkTo(Silo));
        }

        void Settle()
        {
            lock (_lock)
            {
                _unplaced.TryRemove(entry.Id, out _);
                if (remote is not null)
                {
                    _remotes.TryRemove(new(entry.Id, remote));
                }
            }
        }
    }

    /// <summary>
    /// Waits until a component that has just arrived is registered under its id here, which is after the messages that waited for
    /// it.
    /// </summary>
    private async Task WaitUntilPlacedAsync(string id, CancellationToken cancellationToken = default)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(_options.MoveTimeout);
        while (_unplaced.ContainsKey(id))
        {
            await Task.Delay(PollInterval, time.Token).ConfigureAwait(false);
        }
    }

    /// <summary>A component that has just come and is removed does not wait for what waited for it.</summary>
    private async Task EndPlacingAsync(string id)
    {
        lock (_lock)
        {
            if (
                _here.TryGetValue(id, out Component? component)
                && _remotes.TryGetValue(id, out RemoteId? remote)
                && remote.Outbox.TryCancelSuccession()
            )
            {
                remote.Outbox.Close("its receiver was removed");
                _remotes.TryRemove(id, out _);
                Host.Place(component);
                _unplaced.TryRemove(id, out _);
            }
        }

        await WaitUntilPlacedAsync(id).ConfigureAwait(false);
    }

    private static async Task ThrowAsync(Task<Failure?> call)
    {
        if (await call.ConfigureAwait(false) is { } failure)
        {
            throw failure.ToException();
        }
    }

    private async Task RecordAsync(TableEntry entry)
    {
        if (!entry.IsComponent)
        {
            return;
        }

        try
        {
            await Grains
                .GetGrain<ICatalogGrain>(CatalogGrain.PartOf(entry.Id))
                .PutAsync(
                    new()
                    {
                        Id = entry.Id,
                        Wasm = entry.Wasm,
                        Options = entry.Options,
                    }
                )
                .ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The component runs; it would only be missing after a restart of all silos.
            LogNotRecorded(_logger, entry.Id, e.Message);
        }
    }

    private static void Hint(SiloAddress? silo)
    {
        if (silo is null)
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
        else
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Component {Id} runs here")]
    private static partial void LogPlaced(ILogger logger, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "That {Id} is deployed is not kept in the storage: {Reason}")]
    private static partial void LogNotRecorded(ILogger logger, string id, string reason);
}
