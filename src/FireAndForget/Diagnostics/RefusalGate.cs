using FireAndForget.Supervision;

namespace FireAndForget.Diagnostics;

/// <summary>
/// How many refusals of one sender for one reason are listed one by one: the first of each window. It counts the rest, and tells
/// their number when the window is over, whether or not another refusal comes.
/// </summary>
internal sealed class RefusalGate(TimeProvider time, Action<long> tellLeftOut)
{
    /// <summary>Refusals that are listed in a window.</summary>
    public const int Listed = 10;

    /// <summary>A window begins with the first refusal after the one before.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly SteadyClock _clock = new(time);
    private ITimer? _timer;
    private TimeSpan _begin;
    private int _listed;
    private long _leftOut;
    private bool _isOver = true;

    /// <summary>Whether this refusal is to be listed.</summary>
    public bool TryPass()
    {
        long before = 0;
        bool passes;
        lock (_lock)
        {
            if (_isOver || Left <= TimeSpan.Zero)
            {
                before = End();
                _begin = _clock.Elapsed;
                _isOver = false;
            }

            passes = _listed < Listed;
            if (passes)
            {
                _listed++;
            }
            else if (_leftOut++ == 0)
            {
                _timer ??= time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                WakeAtTheEnd();
            }
        }

        Tell(before);
        return passes;
    }

    /// <summary>Ends the window now and tells what was left out.</summary>
    public void EndWindow()
    {
        long leftOut;
        lock (_lock)
        {
            leftOut = End();
            _timer?.Dispose();
            _timer = null;
        }

        Tell(leftOut);
    }

    private TimeSpan Left => Window - (_clock.Elapsed - _begin);

    private void OnTime()
    {
        long leftOut = 0;
        lock (_lock)
        {
            if (Left <= TimeSpan.Zero)
            {
                leftOut = End();
            }
            else if (_leftOut != 0)
            {
                // A timer may be early, and another refusal may have begun a new window before it.
                WakeAtTheEnd();
            }
        }

        Tell(leftOut);
    }

    private void WakeAtTheEnd()
    {
        // Timers count whole milliseconds.
        TimeSpan least = TimeSpan.FromMilliseconds(1);
        _timer?.Change(Left > least ? Left : least, Timeout.InfiniteTimeSpan);
    }

    private long End()
    {
        long leftOut = _leftOut;
        _leftOut = 0;
        _listed = 0;
        _isOver = true;
        return leftOut;
    }

    private void Tell(long leftOut)
    {
        if (leftOut != 0)
        {
            tellLeftOut(leftOut);
        }
    }
}
