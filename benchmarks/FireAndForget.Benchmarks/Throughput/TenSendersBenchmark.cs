// throughput_10_senders: ten sending threads, each an endpoint of its own, and one worker.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Throughput;

/// <summary>
/// All senders send as fast as the mailbox takes, without a pause; timed is how long so many messages take to be handled. The
/// thread that measures is one of the ten, because another one would take a core from them.
/// </summary>
public class TenSendersBenchmark : WorkerBenchmark
{
    private const int Senders = 10;
    private const int Messages = 16 * 1024;

    /// <summary>Messages after which a sender looks whether it is enough.</summary>
    private const int Stretch = 64;

    private readonly Thread[] _threads = new Thread[Senders - 1];
    private PreparedSender _own = null!;
    private Exception? _failure;
    private volatile bool _isOver;

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Start(Payload);
        _own = Prepare(0);
        for (int i = 0; i < _threads.Length; i++)
        {
            PreparedSender sender = Prepare(i + 1);
            _threads[i] = new(() => Work(sender)) { IsBackground = true };
            _threads[i].Start();
        }
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public void throughput_10_senders()
    {
        long enough = Measured.Receiver.Settled + Messages;
        while (Measured.Receiver.Settled < enough)
        {
            Measured.SendAll(_own, Stretch);
        }
    }

    public override void CleanUp()
    {
        _isOver = true;
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        if (_failure is not null)
        {
            throw new MeasurementException($"A sender failed: {_failure.Message}");
        }

        Measured.WaitUntilSettled();
        base.CleanUp();
    }

    private PreparedSender Prepare(int number) =>
        Measured.Host.AddEndpoint($"sender-{number}").Prepare(MeasuredHost.ReceiverId);

    private void Work(PreparedSender sender)
    {
        try
        {
            while (!_isOver)
            {
                Measured.SendAll(sender, Stretch);
            }
        }
        catch (MeasurementException e)
        {
            _failure = e;
        }
    }
}
