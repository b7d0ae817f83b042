// What the benchmarks of throughput share: a host with one worker that spins as long as by default.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Throughput;

/// <summary>A receiver behind a worker.</summary>
public abstract class WorkerBenchmark
{
    private protected MeasuredHost Measured { get; private set; } = null!;

    [GlobalCleanup]
    public virtual void CleanUp()
    {
        Measured.Check();
        Measured.DisposeAsync().AsTask().Wait();
    }

    private protected void Start(int payload) =>
        Measured = MeasuredHost.WithWorker(
            Guests.HandleMessage,
            new() { PayloadBytes = payload },
            new MessagingHostOptions().WorkerSpin
        );
}
