using FireAndForget.Time;

namespace FireAndForget.Components;

/// <summary>Whether a component may be restarted once more, and after which pause. Owned by the component's worker.</summary>
/// <param name="options">How often, within which time, and the first pause.</param>
/// <param name="time">The host's clock.</param>
/// <param name="random">Spreads pauses, so that components that failed together do not come back together.</param>
internal sealed class RestartPolicy(RestartOptions options, TimeProvider time, Random random)
{
    /// <summary>The most doublings of the first pause.</summary>
    private const int MaxDoublings = 16;

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(365);

    private readonly SteadyClock _clock = new(time);
    private readonly Queue<TimeSpan> _restarts = new();

    /// <summary>Takes one restart of the window; null where none is left, else the pause before it.</summary>
    public TimeSpan? TryTake()
    {
        TimeSpan now = _clock.Elapsed;
        while (_restarts.TryPeek(out TimeSpan first) && now - first >= options.Window)
        {
            _restarts.Dequeue();
        }

        if (_restarts.Count >= options.Max)
        {
            return null;
        }

        int before = _restarts.Count;
        _restarts.Enqueue(now);
        double ticks = options.Pause.Ticks * Math.Pow(2, Math.Min(before, MaxDoublings));
        ticks += ticks * (random.NextDouble() / 4);
        return TimeSpan.FromTicks((long)Math.Min(ticks, LongestPause.Ticks));
    }
}
