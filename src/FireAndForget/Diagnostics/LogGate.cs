using System.Diagnostics.CodeAnalysis;
using FireAndForget.Time;

namespace FireAndForget.Diagnostics;

/// <summary>
/// Decides which lines of one kind, such as the refusals of one sender with one status, are listed one by one: the first of each window.
/// It counts the rest and reports their number when the window is over, whether or not another line comes.
/// </summary>
/// <remarks>The clock is the user's. Where it throws, a line is left out, and the host goes on.</remarks>
internal sealed class LogGate(TimeProvider time, Action<long> reportLeftOut)
{
    /// <summary>How many lines of a window are listed.</summary>
    public const int Listed = 10;

    /// <summary>The length of a window. It begins with the first line after the window before.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly SteadyClock _clock = new(time);
    private ITimer? _timer;
    private TimeSpan _begin;
    private int _listed;
    private long _leftOut;
    private bool _isOver = true;

    /// <summary>Whether this line is to be listed.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    public bool TryPass()
    {
        try
        {
            return TryPassNow();
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Ends the window now and reports what was left out.</summary>
    public void EndWindow()
    {
        long leftOut;
        ITimer? timer;
        lock (_lock)
        {
            leftOut = End();
            (timer, _timer) = (_timer, null);
        }

        Report(leftOut);
        Dispose(timer);
    }

    private bool TryPassNow()
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
                _timer ??= time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                SetTimerToTheEnd();
            }
        }

        Report(before);
        return passes;
    }

    private TimeSpan Left => Window - (_clock.Elapsed - _begin);

    /// <summary>Called by the timer, on a thread in which an exception may end the process.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    private void OnTimer()
    {
        try
        {
            ReportIfOver();
        }
        catch (Exception)
        {
            // What was left out is reported with the next window, or when the host stops.
        }
    }

    private void ReportIfOver()
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
                // A timer may be early, and another line may have begun a new window before it.
                SetTimerToTheEnd();
            }
        }

        Report(leftOut);
    }

    private void SetTimerToTheEnd()
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

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    private static void Dispose(ITimer? timer)
    {
        try
        {
            timer?.Dispose();
        }
        catch (Exception)
        {
            // The timer has nothing to report any more, even where it goes on.
        }
    }

    private void Report(long leftOut)
    {
        if (leftOut != 0)
        {
            reportLeftOut(leftOut);
        }
    }
}
