namespace FireAndForget.Hosting;

/// <summary>
/// Runs an action when it has been quiet for a time behind a change, so that a file that is being written is read once. Where it is
/// never quiet the action runs some time after the first change that it has not seen.
/// </summary>
internal sealed class QuietTimer : IDisposable
{
    /// <summary>How long it must have been quiet.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a change may wait for quiet.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Action _action;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private long? _firstChange;

    /// <summary>A timer that runs when the first change has come.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="action">Must not throw.</param>
    public QuietTimer(TimeProvider time, Action action)
    {
        _time = time;
        _action = action;
        _timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something has changed.</summary>
    public void Change()
    {
        lock (_lock)
        {
            _firstChange ??= _time.GetTimestamp();
            TimeSpan left = LongestWait - _time.GetElapsedTime(_firstChange.Value);
            TimeSpan wait = left < Quiet ? left : Quiet;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        lock (_lock)
        {
            _firstChange = null;
        }

        _action();
    }
}
