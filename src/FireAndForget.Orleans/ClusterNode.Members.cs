using System.Text.Json;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Placing;
using FireAndForget.Orleans.Table;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// The members: what is done when a silo comes, and when one dies. Who lives is Orleans' decision.
internal sealed partial class ClusterNode
{
    /// <summary>How long each further silo waits for the ones before it to bring a component up again.</summary>
    private static readonly TimeSpan FailoverStagger = TimeSpan.FromMilliseconds(300);

    /// <param name="met">The silos that were met before.</param>
    private async Task WatchMembershipAsync(HashSet<SiloAddress> met)
    {
        try
        {
            await foreach (
                ClusterMembershipSnapshot snapshot in _membership
                    .MembershipUpdates.WithCancellation(_stop.Token)
                    .ConfigureAwait(false)
            )
            {
                foreach (ClusterMember member in snapshot.Members.Values)
                {
                    if (member.Status == SiloStatus.Dead)
                    {
                        HandleDeath(member.SiloAddress);
                    }
                    else if (
                        member.Status == SiloStatus.Active
                        && member.SiloAddress != Silo
                        && met.Add(member.SiloAddress)
                    )
                    {
                        _ = Task.Run(() => WelcomeAsync(member.SiloAddress));
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo is stopping.
        }
    }

    /// <summary>Makes the acquaintance of a silo that has become active, or refuses one whose protocol's version is too far from this one's.</summary>
    private async Task WelcomeAsync(SiloAddress silo)
    {
        if (await MeetAsync(silo).ConfigureAwait(false) is { } mismatch)
        {
            Refuse(silo, mismatch);
        }
    }

    /// <summary>Handles the death of a silo, as the membership declares it.</summary>
    private void HandleDeath(SiloAddress silo)
    {
        if (!_dead.TryAdd(silo, true))
        {
            return;
        }

        if (silo == Silo)
        {
            // The other silos go on without this one, and bring up what it hosted.
            LogFenced(_logger);
            _ = Host.StopAsync(TimeSpan.Zero);
            return;
        }

        LogDied(_logger, silo);
        if (_inbounds.TryGetValue(silo, out Inbound? inbound))
        {
            inbound.Fence();
        }

        string reason = $"the host {silo} died";
        List<TableEntry> lost = [];
        lock (_lock)
        {
            Outbox[] outboxes = _links.TryRemove(silo, out Link? link) ? link.End() : [];
            foreach (TableEntry entry in _table.Values.Where(entry => entry.Host == silo).ToArray())
            {
                if (entry is { IsComponent: true, IsStopped: false } && _options.Failover)
                {
                    lost.Add(entry);
                }
                else
                {
                    _table.TryRemove(entry.Id, out _);
                    if (_remotes.TryGetValue(entry.Id, out RemoteId? remote))
                    {
                        RemoveRemote(remote);
                        remote.Outbox.EndWith(reason);
                    }
                }
            }

            foreach (Outbox outbox in outboxes.Where(outbox => !outbox.IsStopped))
            {
                bool isSentAgain =
                    _options.Failover
                    && _table.TryGetValue(outbox.Self.Id, out TableEntry? entry)
                    && entry.IsAtLeastOnce;
                outbox.LoseLink(reason, isSentAgain);
            }

            foreach (Outbox outbox in outboxes.Where(outbox => outbox.IsStopped))
            {
                outbox.EndWith(reason);
            }

            foreach ((string id, _) in _held.Where(held => held.Value == silo).ToArray())
            {
                _held.Remove(id);
                if (
                    _table.TryGetValue(id, out TableEntry? entry)
                    && entry.Host != silo
                    && entry.Host != Silo
                    && _remotes.TryGetValue(id, out RemoteId? remote)
                )
                {
                    remote.Outbox.ConnectTo(LinkTo(entry.Host));
                }
            }
        }

        if (lost.Count != 0)
        {
            _ = Task.Run(() => ReviveAsync(lost));
        }
    }

    /// <summary>
    /// Brings components up again, each once in the cluster. All silos do this one after the other, until the components are there.
    /// </summary>
    private async Task ReviveAsync(List<TableEntry> lost)
    {
        SiloAddress[] living = [.. Peers.Append(Silo).Order()];
        await Task.Delay(FailoverStagger * Array.IndexOf(living, Silo)).ConfigureAwait(false);
        await Parallel
            .ForEachAsync(
                lost,
                new ParallelOptions { MaxDegreeOfParallelism = 4 },
                async (entry, _) => await ReviveAsync(entry).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
    }

    private async Task ReviveAsync(TableEntry entry)
    {
        long deadline = Environment.TickCount64 + (long)_options.FailoverTimeout.TotalMilliseconds;
        string reason = "";
        while (!_stop.IsCancellationRequested && Environment.TickCount64 < deadline)
        {
            if (!_table.TryGetValue(entry.Id, out TableEntry? now) || IsAlive(now.Host))
            {
                return;
            }

            try
            {
                Failure? failure = await Grains
                    .GetGrain<IComponentGrain>(entry.Id)
                    .EnsureAsync(entry)
                    .ConfigureAwait(false);
                if (failure is null)
                {
                    return;
                }

                reason = failure.Message;
            }
            catch (Exception e)
            {
                // The directory may still name the silo that died.
                reason = e.Message;
            }

            LogNotRevived(_logger, entry.Id, reason);
            await Task.Delay(RetryPause).ConfigureAwait(false);
        }

        lock (_lock)
        {
            if (_table.TryGetValue(entry.Id, out TableEntry? now) && !IsAlive(now.Host))
            {
                ForgetHere(entry.Id, $"its host died and it could not be brought up again: {reason}");
            }
        }
    }

    /// <summary>Brings up everything that was deployed and runs nowhere, as after a restart of all silos.</summary>
    private async Task RestoreAsync()
    {
        for (int part = 0; part < CatalogGrain.Parts && !_stop.IsCancellationRequested; part++)
        {
            try
            {
                foreach (
                    CatalogItem item in await Grains.GetGrain<ICatalogGrain>(part).AllAsync().ConfigureAwait(false)
                )
                {
                    if (!_table.ContainsKey(item.Id) && Read(item) is { } entry)
                    {
                        Failure? failure = await Grains
                            .GetGrain<IComponentGrain>(item.Id)
                            .EnsureAsync(entry)
                            .ConfigureAwait(false);
                        if (failure is not null)
                        {
                            LogItemNotRestored(_logger, item.Id, failure.Message);
                        }
                    }
                }
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                LogNotRestored(_logger, part, e.Message);
                await Task.Delay(RetryPause).ConfigureAwait(false);
                part--;
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    /// <summary>The entry of a component that was deployed; null: what is kept of it is none, and the others come up without it.</summary>
    private TableEntry? Read(CatalogItem item)
    {
        try
        {
            return TableEntry.Of(item.Id, item.Wasm, OptionsJson.Read(item.Options));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            LogItemNotRestored(_logger, item.Id, e.Message);
            return null;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Component {Id} was deployed and is not brought up again: {Reason}"
    )]
    private static partial void LogItemNotRestored(ILogger logger, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo {Silo} died")]
    private static partial void LogDied(ILogger logger, SiloAddress silo);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "This silo was declared dead by the others: its components and endpoints stop"
    )]
    private static partial void LogFenced(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Component {Id} is not up again yet: {Reason}")]
    private static partial void LogNotRevived(ILogger logger, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Part {Part} of the catalog cannot be read yet: {Reason}")]
    private static partial void LogNotRestored(ILogger logger, int part, string reason);
}
