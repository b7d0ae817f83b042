// total_fire_and_forget_latency: a message's whole way, sent and handled on one thread.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>Sends one message and delivers it before the next, or sends bursts of 64 and then delivers them.</summary>
public class TotalBenchmark
{
    private const int Messages = 1024;

    private MeasuredHost _measured = null!;

    /// <summary>The messages that are sent before they are delivered.</summary>
    [Params(1, 64)]
    public int Batch { get; set; }

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp() => _measured = MeasuredHost.OnOneThread(Guests.HandleMessage, new() { PayloadBytes = Payload });

    [Benchmark(OperationsPerInvoke = Messages)]
    public void total_fire_and_forget_latency()
    {
        if (Batch == 1)
        {
            _measured.OneByOne(Messages);
        }
        else
        {
            _measured.Bursts(Messages / Batch, Batch);
        }
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _measured.Check();
        _measured.DisposeAsync().AsTask().Wait();
    }
}
