namespace FireAndForget.Supervision;

/// <summary>
/// What became of one receiver's messages, counted at settlement. The worker that owns the receiver writes all of it, once a
/// batch; evictions are counted by whoever made room.
/// </summary>
internal sealed class Ledger
{
    private readonly long[] _counts = new long[(int)Outcome.Undeliverable + 1];
    private long _inFlight;

    /// <summary>Messages that the worker may have taken and not settled yet; no more than are outstanding.</summary>
    public long InFlight
    {
        get => Volatile.Read(ref _inFlight);
        set => Volatile.Write(ref _inFlight, value);
    }

    public long Settled
    {
        get
        {
            long sum = 0;
            for (int outcome = 0; outcome < _counts.Length; outcome++)
            {
                sum += Volatile.Read(ref _counts[outcome]);
            }

            return sum;
        }
    }

    public long this[Outcome outcome] => Volatile.Read(ref _counts[(int)outcome]);

    public void Add(Outcome outcome, long count) =>
        Volatile.Write(ref _counts[(int)outcome], _counts[(int)outcome] + count);

    public void AddEvicted() => Interlocked.Increment(ref _counts[(int)Outcome.Evicted]);
}
