using FireAndForget.Orleans.Table;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// Meeting: each silo asks each other one once for what that hosts, and is told of every change from then on.
internal sealed partial class ClusterNode
{
    /// <summary>How many ids a silo may tell when it is asked.</summary>
    private const int MostIdsOfASilo = 1 << 20;

    /// <summary>The entries of everything that this silo hosts.</summary>
    private TableEntry[] Hosted => [.. _table.Values.Where(entry => entry.Host == Silo)];

    /// <summary>Tells some of what this silo hosts to one that asks for it.</summary>
    /// <param name="from">Who asks. Before anything is read it is among those that are told of changes, so that it misses none.</param>
    /// <param name="after">Behind which id the part begins; empty: at the first one.</param>
    /// <exception cref="InvalidOperationException">Who asks is no active silo, or none that this one works together with.</exception>
    internal async Task<TablePart> TellPartAsync(SiloAddress from, string? after)
    {
        if (!Peers.Contains(from))
        {
            // It may have become active a moment ago.
            await _membership.Refresh().ConfigureAwait(false);
            if (!Peers.Contains(from))
            {
                throw NoPeer(from);
            }
        }

        return TablePart.Of(Hosted, after ?? "", _options.TablePartCharacters);
    }

    /// <summary>Exchanges with a silo of an older version what both host, when either of them has joined.</summary>
    internal TableEntry[] Meet(SiloAddress from, TableEntry[] hosted)
    {
        foreach (TableEntry entry in hosted ?? [])
        {
            Learn(from, entry);
        }

        return Hosted;
    }

    /// <summary>Asks a silo for its version and, where the two work together, for what it hosts.</summary>
    /// <returns>Why the two do not work together; null: they do, or that one does not live any more.</returns>
    private async Task<string?> MeetAsync(SiloAddress silo)
    {
        int told = await FindVersionAsync(silo).ConfigureAwait(false);
        if (!Protocol.AreNeighbours(_options.ProtocolVersion, told))
        {
            return Protocol.Explain(_options.ProtocolVersion, silo, told);
        }

        if (Math.Min(_options.ProtocolVersion, told) >= Protocol.WithTableParts)
        {
            await AskAsync(silo).ConfigureAwait(false);
        }
        else
        {
            await ExchangeAsync(silo).ConfigureAwait(false);
        }

        return null;
    }

    private async Task AskAsync(SiloAddress silo)
    {
        string after = "";
        for (int told = 0; ; )
        {
            TablePart? part = null;
            await CallAsync(silo, async service => part = await service.AskAsync(Silo, after).ConfigureAwait(false))
                .ConfigureAwait(false);
            if (part is null)
            {
                // It has died, or this one stops.
                return;
            }

            if (part.FindProblem(after) is { } problem)
            {
                LogWrongEntry(_logger, silo, problem);
                return;
            }

            foreach (TableEntry entry in part.Entries)
            {
                Learn(silo, entry);
            }

            if (part.IsLast)
            {
                return;
            }

            told += part.Entries.Length;
            if (told > MostIdsOfASilo)
            {
                LogWrongEntry(_logger, silo, $"it tells more than {MostIdsOfASilo} ids");
                return;
            }

            after = part.Entries[^1].Id;
        }
    }

    /// <summary>As <see cref="AskAsync"/>, with a silo whose version tells and takes everything at once.</summary>
    private Task ExchangeAsync(SiloAddress silo) =>
        CallAsync(
            silo,
            async service =>
            {
                foreach (TableEntry entry in await service.MeetAsync(Silo, Hosted).ConfigureAwait(false) ?? [])
                {
                    Learn(silo, entry);
                }
            }
        );
}
