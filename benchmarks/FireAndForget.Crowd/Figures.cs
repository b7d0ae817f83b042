// Measures one crowd in this process, and hands the figures over as one line of text.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Reporting;

namespace FireAndForget.Crowd;

/// <summary>What came of one crowd.</summary>
/// <param name="Nanoseconds">A message's or hop's time, of each lap.</param>
/// <param name="ProcessorNanoseconds">The processor time of all threads for a message, of all laps together.</param>
/// <param name="AllocatedBytes">Managed bytes a message, of the lap that allocated least.</param>
/// <param name="AddMicroseconds">The time to add a receiver.</param>
/// <param name="IdleKiB">Resident memory for a receiver before its first message.</param>
/// <param name="UsedKiB">The same behind all laps.</param>
/// <param name="DisposeMilliseconds">The time to dispose of all.</param>
internal sealed record Figures(
    IReadOnlyList<double> Nanoseconds,
    double ProcessorNanoseconds,
    double AllocatedBytes,
    double AddMicroseconds,
    double IdleKiB,
    double UsedKiB,
    double DisposeMilliseconds
)
{
    /// <summary>
    /// Until the runtime has compiled all of it anew with what it learned: on a busy machine, and with long laps, that takes seconds, and
    /// until then everything takes three times as long.
    /// </summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>The median of all laps.</summary>
    public double Median => Measurement.OfSamples("", "", null, "ns", Nanoseconds).Value;

    /// <summary>Measures it.</summary>
    public static async Task<Figures> MeasureAsync(string measured, string name, int receivers, TimeSpan time)
    {
        await using (Crowds.Create(measured, name, 1))
        {
            // What the process makes once is not to count for the receivers.
        }

        double before = Resident();
        long start = Stopwatch.GetTimestamp();
        ICrowd crowd = Crowds.Create(measured, name, receivers);
        double added = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        double idle = Resident() - before;
        List<double> nanoseconds = [];
        double allocated = double.MaxValue;
        start = Stopwatch.GetTimestamp();
        int warmUps = 0;
        while (Stopwatch.GetElapsedTime(start) < WarmUp || ++warmUps < 3)
        {
            crowd.Prepare();
            crowd.RunLap();
        }

        TimeSpan used = TimeSpan.Zero;
        long all = 0;
        start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time || nanoseconds.Count < 3)
        {
            crowd.Prepare();
            long bytes = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            long lap = Stopwatch.GetTimestamp();
            long messages = crowd.RunLap();
            nanoseconds.Add(Stopwatch.GetElapsedTime(lap).TotalNanoseconds / messages);
            used += Environment.CpuUsage.TotalTime - processor;
            all += messages;
            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
            allocated = Math.Min(allocated, (double)bytes / messages);
        }

        double resident = Resident() - before;
        start = Stopwatch.GetTimestamp();
        await crowd.DisposeAsync().ConfigureAwait(false);
        double disposed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new(
            nanoseconds,
            used.TotalNanoseconds / all,
            allocated,
            added / receivers,
            idle / receivers,
            resident / receivers,
            disposed
        );
    }

    /// <summary>The line of text.</summary>
    public string ToLine() =>
        string.Join(
            ' ',
            (
                (IEnumerable<double>)
                    [
                        ProcessorNanoseconds,
                        AllocatedBytes,
                        AddMicroseconds,
                        IdleKiB,
                        UsedKiB,
                        DisposeMilliseconds,
                        .. Nanoseconds,
                    ]
            ).Select(figure => figure.ToString("F3", CultureInfo.InvariantCulture))
        );

    /// <summary>Reads such a line.</summary>
    public static Figures FromLine(string line)
    {
        double[] figures = [.. line.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return new(figures[6..], figures[0], figures[1], figures[2], figures[3], figures[4], figures[5]);
    }

    private static double Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Gives back to the system what nothing lies in: 4 KiB a receiver of 10,000 otherwise, whatever the receivers are.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet / 1024.0;
    }
}
