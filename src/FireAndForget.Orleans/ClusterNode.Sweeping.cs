using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// What is looked for from time to time, because nothing reports it.
internal sealed partial class ClusterNode
{
    /// <summary>How often the silo checks for receivers that stopped by themselves.</summary>
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>Guards which inbound links are there and what those that are gone had counted, so that no message is counted twice.</summary>
    private readonly Lock _counting = new();
    private long _goneAccepted;
    private MessageStatistics _goneOutcomes = new();

    /// <summary>How many silos there are from which something came that is to be settled or may come.</summary>
    internal int InboundLinks => _inbounds.Count;

    /// <summary>How many messages came from other silos, those too that have died.</summary>
    private long ArrivedAccepted
    {
        get
        {
            lock (_counting)
            {
                return _goneAccepted + _inbounds.Values.Sum(inbound => inbound.Accepted);
            }
        }
    }

    /// <summary>What became of them.</summary>
    private MessageStatistics ArrivedOutcomes
    {
        get
        {
            lock (_counting)
            {
                return _inbounds.Values.Aggregate(_goneOutcomes, (sum, inbound) => sum.Plus(inbound.Outcomes));
            }
        }
    }

    /// <summary>Forgets the links from silos that have died, when all is settled that came over them.</summary>
    private void ForgetSpent()
    {
        foreach (
            (SiloAddress silo, Inbound inbound) in _inbounds.Where(link =>
                _dead.ContainsKey(link.Key) && link.Value.IsSpent
            )
        )
        {
            lock (_counting)
            {
                _goneAccepted += inbound.Accepted;
                _goneOutcomes = _goneOutcomes.Plus(inbound.Outcomes);
                _inbounds.TryRemove(silo, out _);
            }

            inbound.Dispose();
        }
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

            ForgetSpent();
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
}
