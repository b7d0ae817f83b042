using System.Security.Cryptography;
using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Placing;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace FireAndForget.Orleans;

// Components: coming up, moving, being replaced and removed.
internal sealed partial class ClusterNode
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    /// <summary>Loads a component that arrives later, or not.</summary>
    internal async Task PrepareAsync(TableEntry entry)
    {
        Component component = await LoadAsync(entry).ConfigureAwait(false);
        if (_prepared.TryRemove(entry.Id, out Component? before))
        {
            MessagingHost.Discard(before);
        }

        _prepared[entry.Id] = component;
    }

    /// <summary>Drops what was prepared.</summary>
    internal void Drop(string id)
    {
        if (_prepared.TryRemove(id, out Component? component))
        {
            MessagingHost.Discard(component);
        }
    }

    /// <summary>What was prepared takes over.</summary>
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

    /// <summary>A component's grain is here: it comes up on a silo, on this one where none is given, or is replaced where it runs.</summary>
    internal async Task DeployFromGrainAsync(TableEntry entry, SiloAddress? silo)
    {
        // The grain does one thing at a time, so nobody else decides where it runs meanwhile.
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

    /// <summary>A component's grain is here: it comes up here where it runs on no silo that lives.</summary>
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

    /// <summary>Gives a component that is here another version and other options.</summary>
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

    /// <summary>Removes what is here.</summary>
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

    /// <summary>Grants or revokes a pattern of somebody who is here.</summary>
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

    /// <summary>As the other, for another silo.</summary>
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

    /// <summary>Moves a component away from here; where that fails it goes on here.</summary>
    internal async Task MoveFromHereAsync(string id, SiloAddress to)
    {
        using (await _changing.TakeAsync(id).ConfigureAwait(false))
        {
            if (!_table.TryGetValue(id, out TableEntry? entry) || !_here.TryGetValue(id, out Component? component))
            {
                throw new ArgumentException($"No component is registered under '{id}' on {Name}.");
            }

            if (to == Silo)
            {
                return;
            }

            // It may have subscribed a moment ago.
            entry = WithPatternsOf(entry, component.Receiver.Self);
            ILinkService there = _silos.At(to);
            // What may well fail comes first, and changes nothing.
            await ThrowAsync(there.PrepareAsync(entry)).ConfigureAwait(false);
            bool isGone = false;
            try
            {
                using CancellationTokenSource time = new(_options.MoveTimeout);
                await ForEachPeerAsync(service => service.HoldAsync(id, Silo))
                    .WaitAsync(time.Token)
                    .ConfigureAwait(false);
                await EndHereAsync(component, entry, time.Token).ConfigureAwait(false);
                isGone = true;
                Usage? usage = Usage.Of(component.Receiver.Self.Allowance);
                await ThrowAsync(there.ArriveAsync(entry with { Version = entry.Version + 1 }, usage))
                    .ConfigureAwait(false);
            }
            catch (Exception e)
            {
                await UndoMoveAsync(component, entry, isGone).ConfigureAwait(false);
                await CallAsync(to, service => service.DropAsync(id)).ConfigureAwait(false);
                throw e is OperationCanceledException
                    ? new TimeoutException(
                        $"What was sent to '{id}' was not handled within {_options.MoveTimeout}, so it stays on {Name}.",
                        e
                    )
                    : e;
            }
            finally
            {
                GoOn(id);
                await ForEachPeerAsync(service => service.GoOnAsync(id)).ConfigureAwait(false);
            }

            LogMoved(_logger, id, to);
        }

        await Grains.GetGrain<IComponentGrain>(id).FollowAsync(to).ConfigureAwait(false);
    }

    /// <summary>Hands nothing over to an id until <see cref="GoOn"/>.</summary>
    /// <returns>A task that ends when nothing is under way to it from here.</returns>
    internal Task HoldAsync(string id, SiloAddress mover)
    {
        lock (_lock)
        {
            _held[id] = mover;
            return _remotes.TryGetValue(id, out RemoteId? remote) ? remote.Outbox.HoldAsync() : Task.CompletedTask;
        }
    }

    /// <summary>What waits for an id goes to where it is now.</summary>
    internal void GoOn(string id)
    {
        lock (_lock)
        {
            _held.Remove(id);
            if (
                _remotes.TryGetValue(id, out RemoteId? remote)
                && _table.TryGetValue(id, out TableEntry? entry)
                && entry.Host != Silo
                && !_dead.ContainsKey(entry.Host)
            )
            {
                remote.Outbox.GoOn(LinkTo(entry.Host));
            }
        }
    }

    private async Task<int> DrainAsync(SiloAddress silo, TimeSpan? timeout)
    {
        SiloAddress[] others = [.. Peers.Append(Silo).Where(other => other != silo)];
        if (others.Length == 0)
        {
            throw new ArgumentException(
                $"There is no other silo to which the components of {silo} could go.",
                nameof(silo)
            );
        }

        Dictionary<SiloAddress, int> loads = others.ToDictionary(
            other => other,
            other => _table.Values.Count(entry => entry.IsComponent && entry.Host == other)
        );
        using CancellationTokenSource time = timeout is { } most ? new(most) : new();
        int moved = 0;
        foreach (
            TableEntry entry in _table.Values.Where(e => e.IsComponent && e.Host == silo && !e.IsStopped).ToArray()
        )
        {
            time.Token.ThrowIfCancellationRequested();
            SiloAddress to = loads.MinBy(load => load.Value).Key;
            await MoveAsync(entry.Id, to).ConfigureAwait(false);
            loads[to]++;
            moved++;
        }

        return moved;
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
    /// A component that is loaded begins here. First it takes what other silos send, then they are told, and then it is found by who sends
    /// from here: behind what waited here for it.
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
            remote.Outbox.GoOn(LinkTo(Silo));
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
    /// What is sent to a component from here waits in an outbox from now on, and when the component has nothing left to do it ends.
    /// </summary>
    private async Task EndHereAsync(Component component, TableEntry entry, CancellationToken cancellationToken)
    {
        Task? quiet = null;
        lock (_lock)
        {
            _held[entry.Id] = Silo;
            if (_remotes.TryGetValue(entry.Id, out RemoteId? remote) && remote.Outbox.TryCancelSuccession())
            {
                // It came here a moment ago, and what waited here for it is still on its way.
                quiet = remote.Outbox.HoldAsync();
            }
        }

        await (quiet ?? WaitUntilPlacedAsync(entry.Id, cancellationToken))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(false);
        RemoteId? standIn;
        lock (_lock)
        {
            _unplaced[entry.Id] = component.Receiver.Self;
            if (!_remotes.TryGetValue(entry.Id, out standIn))
            {
                standIn = AddRemote(entry, isSubscriber: false);
            }
        }

        Host.Displace(component);
        // What is published waits for this from when it was displaced on.
        Registry.Topics.Add(standIn.Self);
        do
        {
            while (component.Receiver.Mailbox.Count != 0)
            {
                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }

            // What it sent from here has to be in its receivers' mailboxes before it sends from there.
            await FlushAsync(component, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        } while (!MessagingHost.TryEndDisplaced(component));

        _unplaced.TryRemove(entry.Id, out _);
        _here.TryRemove(entry.Id, out _);
    }

    /// <summary>Waits until a component that has just come is found here under its id: what waited here for it goes first.</summary>
    private async Task WaitUntilPlacedAsync(string id, CancellationToken cancellationToken = default)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(_options.MoveTimeout);
        while (_unplaced.ContainsKey(id))
        {
            await Task.Delay(Look, time.Token).ConfigureAwait(false);
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

    private async Task FlushAsync(Component component, CancellationToken cancellationToken)
    {
        SenderDirectory directory = Services.Directory;
        bool[] senders = new bool[directory.Capacity];
        foreach (Outbox outbox in _remotes.Values.Select(remote => remote.Outbox))
        {
            Array.Clear(senders);
            outbox.Mailbox.MarkSenders(senders);
            // It has another number for each topic under which it published.
            if (!senders.Index().Any(sender => sender.Item && directory.IdOf((uint)sender.Index) == component.Id))
            {
                continue;
            }

            Dictionary<uint, long> last = new() { [outbox.Key] = outbox.Mailbox.Accepted };
            while (
                outbox.Mailbox.Count != 0
                && !(
                    outbox.Link is { } link
                    && link.Peer != Silo
                    && await _silos.At(link.Peer).HasAllAsync(Silo, last).ConfigureAwait(false)
                )
            )
            {
                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task UndoMoveAsync(Component component, TableEntry entry, bool isGone)
    {
        try
        {
            // Whoever took it up meanwhile has an older version of the entry.
            TableEntry newest = entry with
            {
                Version = entry.Version + 2,
            };
            if (isGone)
            {
                await PlaceAsync(newest).ConfigureAwait(false);
            }
            else if (!Registry.Contains(entry.Id))
            {
                component.Receiver.HasSuccessor = false;
                await TakeOverBegunAsync(component, newest).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Host.Parts.ReportError(e);
        }
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
            // It runs; only after a restart of all silos it would be missed.
            LogNotRecorded(_logger, entry.Id, e.Message);
        }
    }

    private async Task<ComponentSource> FindSourceAsync(TableEntry entry)
    {
        byte[] wasm =
            await FindWasmAsync(entry.Wasm).ConfigureAwait(false)
            ?? throw new ComponentLoadException(
                $"Nothing is stored under the version {entry.Wasm} of '{entry.Id}'; store it first, and see that all silos have the same storage."
            );
        return ComponentSource.FromBytes(wasm, $"{entry.Id} {entry.Wasm[..12]}");
    }

    private async Task<byte[]?> FindWasmAsync(string version)
    {
        if (await FindWasmHereAsync(version).ConfigureAwait(false) is { } kept)
        {
            return kept;
        }

        foreach (SiloAddress silo in Peers)
        {
            try
            {
                byte[]? found = await _silos.At(silo).FetchAsync(version).ConfigureAwait(false);
                if (found is not null && VersionOf(found) == version)
                {
                    await KeepAsync(version, found).ConfigureAwait(false);
                    return found;
                }
            }
            catch (Exception e)
            {
                LogCallFailed(_logger, silo, e.Message);
            }
        }

        return null;
    }

    /// <summary>Finds WebAssembly in this silo's store; what is not what it should be is not found.</summary>
    internal async Task<byte[]?> FindWasmHereAsync(string version)
    {
        byte[]? kept = await _store.GetAsync(version, _stop.Token).ConfigureAwait(false);
        if (kept is null || VersionOf(kept) == version)
        {
            return kept;
        }

        LogWrongWasm(_logger, version);
        return null;
    }

    internal Task KeepAsync(string version, byte[] wasm) => _store.PutAsync(version, wasm, _stop.Token);

    private static string VersionOf(ReadOnlySpan<byte> wasm) => Convert.ToHexStringLower(SHA256.HashData(wasm));

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

    [LoggerMessage(Level = LogLevel.Information, Message = "Component {Id} has moved to {Silo}")]
    private static partial void LogMoved(ILogger logger, string id, SiloAddress silo);

    [LoggerMessage(Level = LogLevel.Warning, Message = "That {Id} is deployed is not kept in the storage: {Reason}")]
    private static partial void LogNotRecorded(ILogger logger, string id, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What is stored under the version {Version} is something else, and is not used"
    )]
    private static partial void LogWrongWasm(ILogger logger, string version);
}
