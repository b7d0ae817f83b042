namespace FireAndForget.Orleans.Links;

// Settlements: what the other silo tells of the messages that went there.
internal sealed partial class Link
{
    /// <summary>How far ahead of the next settlement one may come, and how many bytes of such ones are kept.</summary>
    private const int MostEarlySettlements = 1 << 20;
    private const long MostEarlyBytes = 256L << 20;

    private readonly SortedDictionary<ulong, byte[]> _earlySettlements = [];
    private long _earlyBytes;
    private ulong _settledThrough;

    /// <summary>Takes a settlement of the other silo. Settlements are applied in order, also where they do not arrive so.</summary>
    /// <exception cref="InvalidDataException">It is none that a silo sends which keeps to the protocol; it changes nothing.</exception>
    public void Settle(byte[] settlement)
    {
        ulong number = Settlement.NumberOf(settlement);
        IReadOnlyList<TargetSettlement> targets = Settlement.Read(settlement);
        lock (_lock)
        {
            if (number <= _settledThrough || _earlySettlements.ContainsKey(number))
            {
                return;
            }

            if (number != _settledThrough + 1)
            {
                KeepEarly(number, settlement);
                return;
            }

            Apply(targets);
            while (_earlySettlements.Remove(_settledThrough + 1, out byte[]? next))
            {
                _earlyBytes -= next.Length;
                Apply(Settlement.Read(next));
            }
        }
    }

    private void KeepEarly(ulong number, byte[] settlement)
    {
        if (number - _settledThrough > MostEarlySettlements || _earlyBytes + settlement.Length > MostEarlyBytes)
        {
            throw new InvalidDataException(
                $"The silo {Peer} does not keep to the protocol: settlement {number} came, {_settledThrough + 1} is the next, and {_earlyBytes} bytes have come before their time."
            );
        }

        _earlySettlements.Add(number, settlement);
        _earlyBytes += settlement.Length;
    }

    private void Apply(IReadOnlyList<TargetSettlement> targets)
    {
        _settledThrough++;
        foreach (TargetSettlement target in targets)
        {
            if (_outboxes.TryGetValue(target.Key, out Outbox? outbox))
            {
                outbox.Settle(target);
            }
        }
    }
}
