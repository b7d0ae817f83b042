using System.Diagnostics;
using HdrHistogram;

namespace FireAndForget.Measuring;

/// <summary>
/// Times single messages, one after the other, from the send to the handling, and keeps each time in a histogram. A time ends when the
/// sending thread sees that the message is settled, so across threads it includes the way of that news back to the sender.
/// </summary>
public static class LatencyMeter
{
    /// <summary>The longest time that the histogram takes, 10 s, in nanoseconds; a longer one counts as this.</summary>
    private const long Longest = 10_000_000_000;

    /// <summary>An empty histogram, in nanoseconds with three digits.</summary>
    /// <returns>The histogram.</returns>
    public static LongHistogram NewHistogram() => new(1, Longest, 3);

    /// <summary>Sends one message after the other and waits, spinning, for each to be settled by a worker.</summary>
    /// <param name="measured">The host, with a worker.</param>
    /// <param name="messages">How many.</param>
    /// <param name="histogram">Takes each message's time; null: none is kept, for warming up.</param>
    public static void AcrossThreads(MeasuredHost measured, int messages, LongHistogram? histogram)
    {
        ArgumentNullException.ThrowIfNull(measured);
        for (int i = 0; i < messages; i++)
        {
            long start = Stopwatch.GetTimestamp();
            measured.Send();
            measured.WaitUntilSettled();
            Record(histogram, Stopwatch.GetTimestamp() - start);
        }
    }

    /// <summary>Sends one message after the other and delivers each on this thread.</summary>
    /// <param name="measured">The host, without workers.</param>
    /// <param name="messages">How many.</param>
    /// <param name="histogram">Takes each message's time; null: none is kept, for warming up.</param>
    public static void OnOneThread(MeasuredHost measured, int messages, LongHistogram? histogram)
    {
        ArgumentNullException.ThrowIfNull(measured);
        for (int i = 0; i < messages; i++)
        {
            long start = Stopwatch.GetTimestamp();
            measured.OneByOne(1);
            Record(histogram, Stopwatch.GetTimestamp() - start);
        }
    }

    /// <summary>
    /// As <see cref="AcrossThreads"/>, but lets the worker park before each message: the time to wake it is in the figure.
    /// </summary>
    /// <param name="measured">The host, with a worker that parks at once.</param>
    /// <param name="messages">How many.</param>
    /// <param name="pause">How long to wait before each message.</param>
    /// <param name="histogram">Takes each message's time.</param>
    public static void WakingTheWorker(MeasuredHost measured, int messages, TimeSpan pause, LongHistogram? histogram)
    {
        ArgumentNullException.ThrowIfNull(measured);
        for (int i = 0; i < messages; i++)
        {
            Thread.Sleep(pause);
            AcrossThreads(measured, 1, histogram);
        }
    }

    /// <summary>What reading the clock twice adds to each time, in nanoseconds.</summary>
    /// <returns>The cost of one reading, which each time includes once.</returns>
    public static double ClockNanoseconds()
    {
        const int Readings = 100_000;
        double best = double.MaxValue;
        for (int round = 0; round < 9; round++)
        {
            long start = Stopwatch.GetTimestamp();
            long sum = 0;
            for (int i = 0; i < Readings; i++)
            {
                sum ^= Stopwatch.GetTimestamp();
            }

            GC.KeepAlive(sum);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Readings);
        }

        return best;
    }

    private static void Record(LongHistogram? histogram, long ticks)
    {
        if (histogram is not null)
        {
            long nanoseconds = (long)(ticks * (1e9 / Stopwatch.Frequency));
            histogram.RecordValue(Math.Clamp(nanoseconds, 1, Longest));
        }
    }
}
