// throughput_100_messages_burst and sustained_throughput_1000: rounds of messages, each complete before the next.

using BenchmarkDotNet.Attributes;

namespace FireAndForget.Benchmarks.Throughput;

/// <summary>A round is sent flat out and is over when the sender has seen that every message was handled.</summary>
public class RoundsBenchmark : WorkerBenchmark
{
    private const int Rounds = 16;
    private const int Burst = 100;
    private const int Sustained = 1000;

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp() => Start(Payload);

    [Benchmark(OperationsPerInvoke = Rounds * Burst)]
    [BenchmarkCategory("two threads")]
    public void throughput_100_messages_burst() => RunRounds(Burst);

    [Benchmark(OperationsPerInvoke = Rounds * Sustained)]
    public void sustained_throughput_1000() => RunRounds(Sustained);

    private void RunRounds(int messages)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Measured.Flood(messages);
        }
    }
}
