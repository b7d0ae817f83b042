using System.Diagnostics.CodeAnalysis;
using FireAndForget.Time;

namespace FireAndForget.Diagnostics;

/// <summary>
/// How many lines of one kind, such as the refusals of one sender for one reason, are listed one by one: the first of each window.
/// It counts the rest, and tells their number when the window is over, whether or not another one comes.
/// </summary>
/// <remarks>The clock is the user's. Where it throws, a line is left out, and nobody but the log notices.</remarks>
internal sealed class LogGate(TimeProvider time, Action<long> reportLeftOut)
{
    /// <summary>Lines that are listed in a window.</summary>
    public const int Listed = 10;

    /// <summary>A window begins with the first line after the one before.</summary>
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

    /// <summary>Ends the window now and tells what was left out.</summary>
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
                _timer ??= time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                WakeAtTheEnd();
            }
        }

        Report(before);
        return passes;
    }

    private TimeSpan Left => Window - (_clock.Elapsed - _begin);

    /// <summary>On a thread of the clock's, out of which an exception may end the process.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    private void OnTime()
    {
        try
        {
            TellWhereOver();
        }
        catch (Exception)
        {
            // What was left out is told with the next window, or when the host stops.
        }
    }

    private void TellWhereOver()
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
                WakeAtTheEnd();
            }
        }

        Report(leftOut);
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

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    private static void Dispose(ITimer? timer)
    {
        try
        {
            timer?.Dispose();
        }
        catch (Exception)
        {
            // It tells nothing any more: there is nothing left out.
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
