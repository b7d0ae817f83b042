using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FireAndForget.Measuring;

/// <summary>
/// How long a cache line takes from one core to another and back. Latencies between threads are given in this unit, because it is 100 ns
/// or 400 ns on the same machine, depending on which cores the threads run on.
/// </summary>
public static class CoreRoundTrip
{
    private const int Runs = 50;
    private const int RoundTripsOfRun = 2_000;

    /// <summary>Measures with two threads that answer each other.</summary>
    /// <returns>The time of a round trip in nanoseconds: the median of several runs, so that an interruption does not count.</returns>
    public static double Measure()
    {
        const int RoundTrips = Runs * RoundTripsOfRun;
        var line = new Line();
        using var started = new ManualResetEventSlim();
        var other = new Thread(() =>
        {
            started.Set();
            for (long i = 1; i <= RoundTrips; i++)
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
        double[] times = new double[Runs];
        long ball = 0;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < RoundTripsOfRun; i++)
            {
                Volatile.Write(ref line.Ball.Value, ball + 1);
                ball += 2;
                while (Volatile.Read(ref line.Ball.Value) != ball) { }
            }

            times[run] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / RoundTripsOfRun;
        }

        other.Join();
        Array.Sort(times);
        return times[Runs / 2];
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
