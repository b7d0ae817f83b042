// throughput_single_sender: one sending thread and one worker, flat out.

using BenchmarkDotNet.Attributes;

namespace FireAndForget.Benchmarks.Throughput;

/// <summary>Sends as fast as the mailbox takes; complete when every message was handled.</summary>
public class SingleSenderBenchmark : WorkerBenchmark
{
    private const int Messages = 16 * 1024;

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp() => Start(Payload);

    [Benchmark(OperationsPerInvoke = Messages)]
    public void throughput_single_sender() => Measured.Flood(Messages);
}
