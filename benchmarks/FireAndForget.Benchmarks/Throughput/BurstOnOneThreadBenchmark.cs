// throughput_100_messages_burst on one thread: the same burst where the sender itself delivers.

using BenchmarkDotNet.Attributes;
using FireAndForget.Mailboxes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Throughput;

/// <summary>Sends a hundred messages and then delivers them.</summary>
public class BurstOnOneThreadBenchmark
{
    private const int Rounds = 16;
    private const int Burst = 100;

    private MeasuredHost _measured = null!;

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp() =>
        _measured = MeasuredHost.OnOneThread(
            Guests.HandleMessage,
            new()
            {
                PayloadBytes = Payload,
                Mailbox = new() { Bytes = 16 << 20 },
            }
        );

    [Benchmark(OperationsPerInvoke = Rounds * Burst)]
    [BenchmarkCategory("one thread")]
    public void throughput_100_messages_burst() => _measured.Bursts(Rounds, Burst);

    [GlobalCleanup]
    public void CleanUp()
    {
        _measured.Check();
        _measured.DisposeAsync().AsTask().Wait();
    }
}
