// throughput_10_senders: ten sending threads, each an endpoint of its own, and one worker.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Throughput;

/// <summary>All senders send as fast as the mailbox takes; complete when every message was handled.</summary>
public class TenSendersBenchmark : WorkerBenchmark
{
    private const int Senders = 10;
    private const int MessagesEach = 8 * 1024;

    private readonly Barrier _start = new(Senders + 1);
    private readonly Barrier _end = new(Senders + 1);
    private readonly Thread[] _threads = new Thread[Senders];
    private Exception? _failure;
    private volatile bool _isOver;

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Start(Payload);
        for (int i = 0; i < Senders; i++)
        {
            PreparedSender sender = Measured.Host.AddEndpoint($"sender-{i}").Prepare(MeasuredHost.ReceiverId);
            _threads[i] = new(() => Work(sender)) { IsBackground = true };
            _threads[i].Start();
        }
    }

    [Benchmark(OperationsPerInvoke = Senders * MessagesEach)]
    public void throughput_10_senders()
    {
        _start.SignalAndWait();
        _end.SignalAndWait();
        Measured.WaitUntilSettled();
    }

    public override void CleanUp()
    {
        _isOver = true;
        _start.SignalAndWait();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _start.Dispose();
        _end.Dispose();
        if (_failure is not null)
        {
            throw new MeasurementException($"A sender failed: {_failure.Message}");
        }

        base.CleanUp();
    }

    private void Work(PreparedSender sender)
    {
        while (true)
        {
            _start.SignalAndWait();
            if (_isOver)
            {
                return;
            }

            try
            {
                Measured.SendAll(sender, MessagesEach);
            }
            catch (MeasurementException e)
            {
                _failure = e;
            }

            _end.SignalAndWait();
        }
    }
}
