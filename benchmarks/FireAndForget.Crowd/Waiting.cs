// Waits, spinning, for what other threads do.

using System.Diagnostics;
using FireAndForget.Measuring;

namespace FireAndForget.Crowd;

internal static class Waiting
{
    /// <summary>After so long nothing is waited for any more.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(2);

    /// <exception cref="MeasurementException">It takes minutes.</exception>
    public static void Until<T>(T state, Func<T, long, bool> isDone, long argument)
    {
        SpinWait spin = default;
        long start = 0;
        while (!isDone(state, argument))
        {
            spin.SpinOnce(sleep1Threshold: -1);
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
            if (Stopwatch.GetElapsedTime(start) > StuckAfter)
            {
                throw new MeasurementException("Nothing happens any more.");
            }
        }
    }
}
