using HdrHistogram;

namespace FireAndForget.Measuring;

/// <summary>Measures a receiver as <c>faf bench</c> reports it, through the public API with all checks on.</summary>
public static class ReceiverBench
{
    /// <summary>Each figure is the best of this many rounds; of fewer where a single message takes longer than a round should.</summary>
    private const int RoundCount = 9;
    private const int SlowRoundCount = 5;

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(30);

    /// <summary>Longer than any round: the worker never parks.</summary>
    private static readonly TimeSpan AlwaysSpin = TimeSpan.FromDays(1);

    /// <summary>Measures with messages of one size.</summary>
    /// <param name="receiver">A component, or a core module.</param>
    /// <param name="payload">The length of each message in bytes.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ComponentLoadException">It cannot be hosted.</exception>
    /// <exception cref="MeasurementException">
    /// Messages were refused, the receiver did not survive them, or it has no <c>handle-message</c>.
    /// </exception>
    public static async Task<ReceiverFigures> MeasureAsync(ComponentSource receiver, int payload)
    {
        MeasuredHostOptions options = new() { PayloadBytes = payload };
        double oneByOne;
        double burst;
        double allocated;
        await using (var measured = MeasuredHost.OnOneThread(receiver, options))
        {
            CheckHandlesMessages(receiver);
            (oneByOne, allocated) = OneByOne(measured);
            int bursts = Rounds.Calibrate(n => measured.Bursts(n), RoundTime);
            burst = Rounds.Best(RoundsOf(bursts), n => measured.Bursts(n), bursts) / MeasuredHost.BurstSize;
            measured.Check();
        }

        double threads;
        double p50;
        double p99;
        await using (var measured = MeasuredHost.WithWorker(receiver, options, AlwaysSpin))
        {
            int messages = Rounds.Calibrate(measured.Flood, RoundTime);
            threads = Rounds.Best(RoundsOf(messages), measured.Flood, messages);
            (p50, p99) = Latency(measured);
            measured.Check();
        }

        return new(payload, oneByOne, burst, threads, p50, p99, allocated);
    }

    /// <summary>
    /// Refuses a receiver without <c>handle-message</c>: the host would reject each message, and that would be measured.
    /// </summary>
    private static void CheckHandlesMessages(ComponentSource receiver)
    {
        var inspection = ComponentInspection.Of(receiver);
        if (
            !inspection.Exports.Any(name =>
                name == "handle-message" || (name == "handle_message" && !inspection.IsComponent)
            )
        )
        {
            throw new MeasurementException(
                $"it exports no handle-message, to which messages go; it exports {string.Join(", ", inspection.Exports)}"
            );
        }
    }

    private static int RoundsOf(int repetitions) => repetitions == 1 ? SlowRoundCount : RoundCount;

    private static (double Nanoseconds, double AllocatedBytes) OneByOne(MeasuredHost measured)
    {
        int messages = Rounds.Calibrate(measured.OneByOne, RoundTime);
        double best = double.MaxValue;
        double allocated = double.MaxValue;
        for (int round = 0; round < RoundsOf(messages); round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            best = Math.Min(best, Rounds.Time(measured.OneByOne, messages) / messages);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated = Math.Min(allocated, (double)bytes / messages);
        }

        return (best, allocated);
    }

    private static (double P50, double P99) Latency(MeasuredHost measured)
    {
        int messages = Rounds.Calibrate(n => LatencyMeter.AcrossThreads(measured, n, null), RoundTime);
        double p50 = double.MaxValue;
        double p99 = double.MaxValue;
        for (int round = 0; round < RoundsOf(messages); round++)
        {
            LongHistogram histogram = LatencyMeter.NewHistogram();
            LatencyMeter.AcrossThreads(measured, messages, histogram);
            p50 = Math.Min(p50, histogram.GetValueAtPercentile(50));
            p99 = Math.Min(p99, histogram.GetValueAtPercentile(99));
        }

        return (p50, p99);
    }
}
