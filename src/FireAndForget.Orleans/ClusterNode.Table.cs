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
    bool IInboundHost.IsAtLeastOnce(string id) => _table.TryGetValue(id, out TableEntry? entry) && entry.IsAtLeastOnce;

    public SiloAddress? FindHost(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _table.TryGetValue(id, out TableEntry? entry) ? entry.Host : null;
    }

    /// <summary>Takes over an entry that is new or has changed on another silo.</summary>
    /// <returns>False where this silo hosts it by right.</returns>
    internal bool Learn(SiloAddress from, TableEntry entry)
    {
        if (TableEntryCheck.FindProblem(entry, from) is { } problem)
        {
            LogWrongEntry(_logger, from, problem);
            return true;
        }

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

    private static bool IsNewer(TableEntry known, TableEntry entry) =>
        known.Version > entry.Version
        || known.Version == entry.Version && known.Host != entry.Host && known.Host.CompareTo(entry.Host) < 0;

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

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "An entry of the table that {Silo} told is not taken over: {Problem}"
    )]
    private static partial void LogWrongEntry(ILogger logger, SiloAddress silo, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Component {Id} is removed here, because {Silo} has taken it up meanwhile"
    )]
    private static partial void LogTakenOver(ILogger logger, string id, SiloAddress silo);
}
