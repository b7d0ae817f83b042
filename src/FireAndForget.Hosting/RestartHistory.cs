namespace FireAndForget.Hosting;

/// <summary>
/// How often a component was restarted within a window, as far as looks at its count of restarts show. However often it is looked at,
/// a bounded number of counts is kept.
/// </summary>
internal sealed class RestartHistory
{
    /// <summary>How many counts of a window are kept, but for one or two.</summary>
    private const int Parts = 60;

    private readonly Queue<Look> _looks = new();

    /// <summary>The last look that was kept.</summary>
    private DateTimeOffset _lastKept;

    /// <summary>The last look.</summary>
    private Look _last;

    /// <summary>The restarts at the last look before the window.</summary>
    private long _before;

    /// <summary>How many counts are kept.</summary>
    public int Count => _looks.Count;

    /// <summary>Looks at the count.</summary>
    /// <param name="now">The time.</param>
    /// <param name="restarts">How often the component was restarted altogether.</param>
    /// <param name="window">The window's length.</param>
    /// <returns>How often it was restarted in the window before now.</returns>
    public long Add(DateTimeOffset now, long restarts, TimeSpan window)
    {
        while (_looks.TryPeek(out Look look) && now - look.At >= window)
        {
            _before = look.Restarts;
            _looks.Dequeue();
        }

        if (now - _last.At >= window)
        {
            _before = _last.Restarts;
        }

        if (_looks.Count == 0 || now - _lastKept >= window / Parts)
        {
            _looks.Enqueue(new(now, restarts));
            _lastKept = now;
        }

        _last = new(now, restarts);
        // A component that was removed and added again counts from 0.
        return restarts >= _before ? restarts - _before : restarts;
    }

    private readonly record struct Look(DateTimeOffset At, long Restarts);
}
