using FireAndForget.Dispatching;
using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// The table: which silo hosts which id. Each silo alone writes the entries of what it hosts, and tells all others of each change.
internal sealed partial class ClusterNode
{
    /// <summary>The stand-in for an id of another silo; null: the id is here, or nowhere.</summary>
    Participant? ITargetResolver.Resolve(string id) => FindRemote(id)?.Self;

    Participant? IInboundHost.FindTarget(string id) =>
        _unplaced.TryGetValue(id, out Participant? unplaced) ? unplaced
        : Registry.TryGet(id, out Participant? registered) ? registered
        : null;

    Participant? IInboundHost.FindSender(string id, SiloAddress silo)
    {
        if (silo == Silo)
        {
            // What waited here for a component that has come.
            return Registry.TryGet(id, out Participant? own) ? own
                : _unplaced.TryGetValue(id, out Participant? unplaced) ? unplaced
                : null;
        }

        return _table.TryGetValue(id, out TableEntry? entry) && entry.Host == silo ? FindRemote(id)?.Self : null;
    }

    bool IInboundHost.IsArrival(uint origin)
    {
        if (MessageOrigin.HasContext(origin))
        {
            MessageContext context = Registry.Contexts!.Of(origin);
            if (context.Listener is IArrival)
            {
                // Who listens is told.
                return false;
            }

            origin = context.Publication?.Number ?? context.Sender.Number;
        }

        origin = SenderDirectory.Index(origin);

        bool[] arrivals = Volatile.Read(ref _arrivals);
        return origin < arrivals.Length && arrivals[origin];
    }

    bool IInboundHost.IsAtLeastOnce(string id) => _table.TryGetValue(id, out TableEntry? entry) && entry.IsAtLeastOnce;

    public SiloAddress? FindHost(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _table.TryGetValue(id, out TableEntry? entry) ? entry.Host : null;
    }

    /// <summary>Exchanges with another silo what both host, when either of them has joined.</summary>
    internal TableEntry[] Meet(SiloAddress from, TableEntry[] hosted)
    {
        foreach (TableEntry entry in hosted)
        {
            Learn(from, entry);
        }

        return Hosted;
    }

    /// <summary>Takes over an entry that is new or has changed on another silo.</summary>
    /// <returns>False where this silo hosts it by right.</returns>
    internal bool Learn(SiloAddress from, TableEntry entry)
    {
        if (
            entry.Host == Silo
            || _dead.ContainsKey(entry.Host)
            || !Protocol.AreNeighbours(_options.ProtocolVersion, entry.ProtocolVersion)
        )
        {
            return true;
        }

        entry = AsKnown(entry);

        bool isLostHere = false;
        lock (_lock)
        {
            if (_table.TryGetValue(entry.Id, out TableEntry? known))
            {
                if (IsNewer(known, entry))
                {
                    return known.Host != Silo;
                }

                isLostHere = known.Host == Silo;
            }

            _table[entry.Id] = entry;
            if (_remotes.TryGetValue(entry.Id, out RemoteId? remote))
            {
                Update(remote, entry);
            }
            else if (entry.SubscribesTo is { Length: > 0 })
            {
                // A publish asks nobody where its subscribers are.
                AddRemote(entry);
            }
        }

        if (isLostHere)
        {
            // Two silos brought the id up, as may happen while the cluster does not agree on who lives. The later one keeps it.
            LogTakenOver(_logger, entry.Id, from);
            Host.Remove(entry.Id);
            _here.TryRemove(entry.Id, out _);
        }

        return true;
    }

    /// <summary>Removes an entry that another silo hosted and that is nowhere any more.</summary>
    internal void Forget(SiloAddress from, string id, long version)
    {
        lock (_lock)
        {
            if (_table.TryGetValue(id, out TableEntry? known) && known.Host == from && known.Version <= version)
            {
                ForgetHere(id, "its receiver was removed");
            }
        }
    }

    /// <summary>The entries of everything that this silo hosts.</summary>
    private TableEntry[] Hosted => [.. _table.Values.Where(entry => entry.Host == Silo)];

    private static bool IsNewer(TableEntry known, TableEntry entry) =>
        known.Version > entry.Version
        || known.Version == entry.Version && known.Host != entry.Host && known.Host.CompareTo(entry.Host) < 0;

    private async Task MeetAsync(SiloAddress silo)
    {
        await CallAsync(
                silo,
                async service =>
                {
                    foreach (TableEntry entry in await service.MeetAsync(Silo, Hosted).ConfigureAwait(false))
                    {
                        Learn(silo, entry);
                    }
                }
            )
            .ConfigureAwait(false);
    }

    /// <summary>Writes an entry of this silo. Of several writers the last one gets the greatest version.</summary>
    private TableEntry Write(TableEntry entry)
    {
        lock (_lock)
        {
            long version = _table.TryGetValue(entry.Id, out TableEntry? known) ? known.Version : entry.Version;
            TableEntry written = AsKnown(
                entry.WithTopics with
                {
                    Host = Silo,
                    Version = Math.Max(version, entry.Version) + 1,
                    ProtocolVersion = _options.ProtocolVersion,
                }
            );
            _table[entry.Id] = written;
            return written;
        }
    }

    /// <summary>Tells an entry to every other silo, and ends when all living ones know it.</summary>
    /// <returns>Whether all of them agree.</returns>
    private async Task<bool> AnnounceAsync(TableEntry entry)
    {
        bool isAgreed = true;
        await ForEachPeerAsync(async service =>
            {
                if (!await service.LearnAsync(Silo, entry).ConfigureAwait(false))
                {
                    Volatile.Write(ref isAgreed, false);
                }
            })
            .ConfigureAwait(false);
        return isAgreed;
    }

    private async Task WithdrawAsync(string id)
    {
        TableEntry? entry;
        lock (_lock)
        {
            if (!_table.TryGetValue(id, out entry) || entry.Host != Silo)
            {
                return;
            }

            _table.TryRemove(id, out _);
        }

        await ForEachPeerAsync(service => service.ForgetAsync(Silo, id, entry.Version)).ConfigureAwait(false);
    }

    private RemoteId? FindRemote(string id)
    {
        if (_remotes.TryGetValue(id, out RemoteId? remote))
        {
            return remote;
        }

        if (!_table.TryGetValue(id, out TableEntry? entry) || entry.Host == Silo)
        {
            return null;
        }

        lock (_lock)
        {
            return _remotes.TryGetValue(id, out remote) ? remote
                : _table.TryGetValue(id, out entry) && entry.Host != Silo ? AddRemote(entry)
                : null;
        }
    }

    /// <summary>Makes the stand-in of somebody who is not here. Under the lock.</summary>
    /// <param name="entry">What is known of it.</param>
    /// <param name="isSubscriber">Whether what is published goes to it at once; else that is up to the caller.</param>
    private RemoteId AddRemote(TableEntry entry, bool isSubscriber = true)
    {
        ComponentOptions policy = entry.Policy;
        SenderNumber number = Services.Directory.NumberOf(entry.Id);
        Participant self = new(entry.Id, number, entry.SendsTo, policy, allowance: null, policy.PublishesTo);
        Outbox outbox = new(self, _options.Outbox, Services, Host.Parts.Accounts)
        {
            NumbersBefore = NewNumbers(),
            Window = WindowOf(entry),
        };
        Host.Parts.Accounts.Add(outbox);
        MarkArrival(self.Number);
        RemoteId remote = new(self, outbox) { Entry = entry };
        _remotes[entry.Id] = remote;
        if (entry.IsStopped)
        {
            outbox.Close("its receiver has stopped");
        }
        else if (_held.ContainsKey(entry.Id))
        {
            _ = outbox.HoldAsync();
        }
        else if (entry.Host != Silo && !_dead.ContainsKey(entry.Host))
        {
            outbox.GoOn(LinkTo(entry.Host));
        }

        if (isSubscriber)
        {
            Registry.Topics.Add(self);
        }

        return remote;
    }

    private int WindowOf(TableEntry entry) =>
        // The window is twice what fills the receiver's mailbox, so that the next messages are there when it has room.
        (int)Math.Min(_options.Outbox.Messages, Math.Max(64, 2L * entry.MailboxMessages));

    /// <summary>Under the lock.</summary>
    private void Update(RemoteId remote, TableEntry entry)
    {
        TableEntry before = remote.Entry;
        remote.Entry = entry;
        if (remote.Outbox.IsStopped && !entry.IsStopped)
        {
            // Another receiver is under the id now: senders find it by the table.
            RemoveRemote(remote);
            if (entry.SubscribesTo is { Length: > 0 })
            {
                AddRemote(entry);
            }

            remote.Self.Invalidate();
            return;
        }

        Registry.ChangePolicy(remote.Self, before.Policy, entry.Policy, Services.Time);
        remote.Outbox.Window = WindowOf(entry);
        if (entry.IsStopped)
        {
            remote.Outbox.Close("its receiver has stopped");
        }
        else if (!_held.ContainsKey(entry.Id))
        {
            Redirect(remote.Outbox, entry);
        }
    }

    /// <summary>Redirects an outbox to the silo where its receiver is now. Under the lock.</summary>
    private void Redirect(Outbox outbox, TableEntry entry)
    {
        Link link = LinkTo(entry.Host);
        if (outbox.Link is { } before && before != link && outbox.UnderWay != 0)
        {
            outbox.LoseLink(
                $"its receiver came up on another host while the message was under way to {before.Peer}",
                entry.IsAtLeastOnce
            );
        }

        outbox.GoOn(link);
    }

    /// <summary>Under the lock.</summary>
    private void ForgetHere(string id, string reason)
    {
        _table.TryRemove(id, out _);
        _held.Remove(id);
        if (_remotes.TryGetValue(id, out RemoteId? remote))
        {
            RemoveRemote(remote);
            remote.Outbox.Close(reason);
        }
    }

    private void MarkArrival(uint number)
    {
        if (number >= _arrivals.Length)
        {
            bool[] larger = new bool[Math.Max((int)number + 1, _arrivals.Length * 2)];
            _arrivals.CopyTo(larger, 0);
            Volatile.Write(ref _arrivals, larger);
        }

        _arrivals[number] = true;
    }

    /// <summary>
    /// Checks periodically for receivers that stopped or were removed by themselves, and for inbound links whose receivers report
    /// nothing.
    /// </summary>
    private async Task SweepAsync()
    {
        using PeriodicTimer timer = new(SweepPeriod);
        while (await WaitAsync(timer).ConfigureAwait(false))
        {
            foreach (Inbound inbound in _inbounds.Values)
            {
                inbound.Schedule();
            }

            foreach (TableEntry entry in Hosted)
            {
                try
                {
                    await SweepAsync(entry).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    Host.Parts.ReportError(e);
                }
            }
        }
    }

    private async Task SweepAsync(TableEntry entry)
    {
        if (_unplaced.ContainsKey(entry.Id) || entry.IsStopped)
        {
            return;
        }

        bool isThere = Registry.TryGet(entry.Id, out Participant? self);
        if (isThere && !self!.Target.IsStopped || Host.IsStopping)
        {
            return;
        }

        using (await _changing.TakeAsync(entry.Id).ConfigureAwait(false))
        {
            if (!_table.TryGetValue(entry.Id, out TableEntry? now) || now != entry)
            {
                return;
            }

            if (isThere)
            {
                await AnnounceAsync(Write(entry with { IsStopped = true })).ConfigureAwait(false);
            }
            else
            {
                await WithdrawAsync(entry.Id).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> WaitAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Component {Id} is removed here, because {Silo} has taken it up meanwhile"
    )]
    private static partial void LogTakenOver(ILogger logger, string id, SiloAddress silo);
}
