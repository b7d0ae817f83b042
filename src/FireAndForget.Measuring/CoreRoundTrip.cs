using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FireAndForget.Measuring;

/// <summary>
/// How long one cache line takes from one core to another and back: the unit in which latencies between threads are given,
/// because the same machine may have it at 100 or at 400 ns, wherever its cores happen to lie.
/// </summary>
public static class CoreRoundTrip
{
    /// <summary>Measures with two threads that answer each other.</summary>
    /// <param name="roundTrips">How many round trips.</param>
    /// <returns>The mean time of a round trip, in nanoseconds.</returns>
    public static double Measure(int roundTrips = 100_000)
    {
        var line = new Line();
        using var started = new ManualResetEventSlim();
        var other = new Thread(() =>
        {
            started.Set();
            for (long i = 1; i <= roundTrips; i++)
            {
                while (Volatile.Read(ref line.Ball.Value) != (2 * i) - 1) { }

                Volatile.Write(ref line.Ball.Value, 2 * i);
            }
        })
        {
            IsBackground = true,
        };
        other.Start();
        started.Wait();
        long start = Stopwatch.GetTimestamp();
        for (long i = 1; i <= roundTrips; i++)
        {
            Volatile.Write(ref line.Ball.Value, (2 * i) - 1);
            while (Volatile.Read(ref line.Ball.Value) != 2 * i) { }
        }

        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / roundTrips;
        other.Join();
        return nanoseconds;
    }

    private sealed class Line
    {
        public Padded Ball;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Padded
    {
        [FieldOffset(128)]
        public long Value;
    }
}
