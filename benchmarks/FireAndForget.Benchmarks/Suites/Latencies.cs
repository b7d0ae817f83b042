// The benchmarks of latency: every single message from send to handled, in a histogram, with the core round trip beside it.

using FireAndForget.Measuring;
using FireAndForget.Reporting;
using HdrHistogram;

namespace FireAndForget.Benchmarks.Suites;

internal sealed class Latencies(RunArguments arguments)
{
    private const int SmallPayload = 16;

    /// <summary>Longer than any message takes, so that the worker spins between two of them.</summary>
    private static readonly TimeSpan Spin = TimeSpan.FromMilliseconds(5);

    /// <summary>Longer than that: the worker has parked, and leaves its core to the round trip that is measured beside.</summary>
    private static readonly TimeSpan UntilParked = TimeSpan.FromMilliseconds(10);

    private readonly List<Measurement> _measurements = [];

    private int RoundCount => arguments.IsQuick ? 4 : 20;

    /// <summary>Runs them.</summary>
    /// <exception cref="MeasurementException">Messages were lost or refused.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        if (!arguments.Includes("latency"))
        {
            return [];
        }

        double[] clock = [.. Enumerable.Range(0, RoundCount).Select(_ => LatencyMeter.ClockNanoseconds())];
        _measurements.Add(Measurement.OfSamples(Names.Clock, "", null, "ns", clock));
        foreach (int payload in Payload.Sizes)
        {
            await OnOneThreadAsync(payload).ConfigureAwait(false);
        }

        foreach (int payload in Payload.Sizes)
        {
            await AcrossThreadsAsync(payload).ConfigureAwait(false);
        }

        foreach (int messages in (int[])[1, 8, 64])
        {
            await UnderLoadAsync(messages).ConfigureAwait(false);
        }

        await WakingTheWorkerAsync().ConfigureAwait(false);
        return _measurements;
    }

    /// <summary>The number of messages in a round, so that all rounds take about the same time.</summary>
    private int MessagesFor(int payload) => (payload > 32 * 1024 ? 2_000 : 50_000) / (arguments.IsQuick ? 4 : 1);

    private async Task OnOneThreadAsync(int payload)
    {
        await using var measured = MeasuredHost.OnOneThread(Guests.HandleMessage, new() { PayloadBytes = payload });
        int messages = MessagesFor(payload);
        Warm(() => LatencyMeter.OnOneThread(measured, messages, null));
        LongHistogram histogram = LatencyMeter.NewHistogram();
        for (int round = 0; round < RoundCount; round++)
        {
            LatencyMeter.OnOneThread(measured, messages, histogram);
        }

        measured.Check();
        Add(Names.OneThread, payload, histogram);
    }

    private async Task AcrossThreadsAsync(int payload)
    {
        await using MeasuredHost measured = WithWorker(payload, Spin);
        int messages = MessagesFor(payload);
        Warm(() => LatencyMeter.AcrossThreads(measured, messages, null));
        LongHistogram histogram = LatencyMeter.NewHistogram();
        List<double> roundTrips = [];
        for (int round = 0; round < RoundCount; round++)
        {
            Thread.Sleep(UntilParked);
            roundTrips.Add(CoreRoundTrip.Measure());
            LatencyMeter.AcrossThreads(measured, 100, null);
            LatencyMeter.AcrossThreads(measured, messages, histogram);
        }

        measured.Check();
        Add(Names.TwoThreads, payload, histogram, roundTrips);
    }

    private async Task UnderLoadAsync(int circling)
    {
        List<double> roundTrips = [CoreRoundTrip.Measure()];
        LongHistogram histogram = LatencyMeter.NewHistogram();
        await using (MeasuredHost measured = WithWorker(SmallPayload, Spin))
        {
            int messages = MessagesFor(SmallPayload) / 4;
            var circle = Circle.Start(measured.Host, circling);
            Warm(() => LatencyMeter.AcrossThreads(measured, messages, null));
            for (int round = 0; round < RoundCount; round++)
            {
                LatencyMeter.AcrossThreads(measured, messages, histogram);
            }

            measured.Check();
            circle.Check();
        }

        roundTrips.Add(CoreRoundTrip.Measure());
        Add(Names.UnderLoadOf(circling), SmallPayload, histogram, roundTrips);
    }

    private async Task WakingTheWorkerAsync()
    {
        // The default spin of 50 µs is long over when the next message comes.
        await using MeasuredHost measured = WithWorker(SmallPayload, TimeSpan.FromMicroseconds(50));
        LongHistogram histogram = LatencyMeter.NewHistogram();
        LatencyMeter.WakingTheWorker(measured, 20, TimeSpan.FromMilliseconds(1), null);
        LatencyMeter.WakingTheWorker(
            measured,
            arguments.IsQuick ? 200 : 2_000,
            TimeSpan.FromMilliseconds(1),
            histogram
        );
        measured.Check();
        Add(Names.Parked, SmallPayload, histogram);
    }

    private static MeasuredHost WithWorker(int payload, TimeSpan spin) =>
        MeasuredHost.WithWorker(Guests.HandleMessage, new() { PayloadBytes = payload }, spin);

    private static void Warm(Action work)
    {
        for (int i = 0; i < 3; i++)
        {
            work();
            // Gives the runtime's own compiler its time.
            Thread.Sleep(150);
        }
    }

    private void Add(string @case, int payload, LongHistogram histogram, IReadOnlyList<double>? roundTrips = null)
    {
        if (roundTrips is not null)
        {
            _measurements.Add(Measurement.OfSamples(Names.RoundTrip, @case, payload, "ns", roundTrips));
        }

        double At(double percentile) => histogram.GetValueAtPercentile(percentile);
        _measurements.Add(
            new()
            {
                Name = Names.Distribution,
                Case = @case,
                Payload = payload,
                Unit = "ns",
                Value = At(50),
                Best = At(0),
                High = At(95),
                Samples = histogram.TotalCount,
                Raw = [.. Names.Percentiles.Select(At)],
            }
        );
        Console.WriteLine(
            $"latency, {@case}, {payload} B: p50 {At(50)} ns, p95 {At(95)} ns, p99 {At(99)} ns; core round trip {roundTrips?.Average():F0} ns"
        );
    }
}
