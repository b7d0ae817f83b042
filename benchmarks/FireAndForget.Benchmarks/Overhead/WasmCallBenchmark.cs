// wasm_call_overhead: from the messages in the tray to the guest's answers, without mailbox and accounting.

using BenchmarkDotNet.Attributes;
using FireAndForget.Guests;
using FireAndForget.Guests.Instances;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>
/// The courier hands messages to the guest: realloc, the copies, handle-message, the check of its answer. Messages above 32 KiB
/// are handed over by the host itself, one by one.
/// </summary>
public class WasmCallBenchmark
{
    private const int Messages = 1024;

    private readonly GuestLoader _loader = new();
    private Guest _guest = null!;
    private StandingMailbox _mailbox = null!;

    /// <summary>The messages of a call; fewer where the tray does not hold so many.</summary>
    [Params(1, 64)]
    public int Batch { get; set; }

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _guest = _loader.Load(Guests.HandleMessage).Instantiate(new LoneGuestHost(), new());
        _mailbox = new(Measuring.Payload.Of(Payload), Batch);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int wasm_call_overhead()
    {
        int answered = 0;
        while (answered < Messages)
        {
            Delivery delivery = _guest.Deliver(_mailbox, Math.Min(Batch, Messages - answered));
            if (delivery.Fault is not null || delivery.Rejected != 0)
            {
                throw new MeasurementException($"The guest did not handle a message: {delivery}.");
            }

            answered += delivery.Answered;
        }

        return answered;
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _guest.Dispose();
        _loader.Dispose();
    }
}
