// Waits, spinning, for what other threads do.

using System.Diagnostics;
using FireAndForget.Measuring;

namespace FireAndForget.Peers;

internal static class Waiting
{
    /// <exception cref="MeasurementException">It takes too long.</exception>
    public static void Until<T>(T state, Func<T, long, bool> isDone, long argument, TimeSpan stuckAfter)
    {
        SpinWait spin = default;
        long start = 0;
        while (!isDone(state, argument))
        {
            spin.SpinOnce(sleep1Threshold: -1);
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
            if (Stopwatch.GetElapsedTime(start) > stuckAfter)
            {
                throw new MeasurementException($"nothing happens any more after {stuckAfter.TotalSeconds} s.");
            }
        }
    }
}
