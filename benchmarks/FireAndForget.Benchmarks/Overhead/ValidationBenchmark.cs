// host_validation_overhead: what it costs to decide whether a message may be sent, and nothing else.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;
using FireAndForget.Routing;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>The route is looked up by the target's id, found up to date, and the message held against size and codecs.</summary>
public class ValidationBenchmark
{
    private const int Messages = 1024;
    private const string Target = "receiver";

    private MessagingHost _host = null!;
    private MessageSender _sender = null!;
    private byte[] _message = [];

    /// <summary>The length of each message in bytes.</summary>
    [Params(16, 256, 4096, 65536)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _host = new(new() { Workers = 0 });
        _host.AddComponent(Target, Guests.HandleMessage, new() { Codecs = [MessageCodec.Cbor, MessageCodec.Raw] });
        _sender = _host.AddEndpoint("client").Sender;
        _message = Measuring.Payload.Of(Payload);
        MessageCodec.Raw.WritePrefix(_message);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int host_validation_overhead()
    {
        int accepted = 0;
        for (int i = 0; i < Messages; i++)
        {
            Route route = _sender.RouteTo(Target);
            if (!route.IsStale && MessageChecks.Check(route, _message) == SendStatus.Accepted)
            {
                accepted++;
            }
        }

        return accepted == Messages ? accepted : throw new MeasurementException($"Only {accepted} were accepted.");
    }

    [GlobalCleanup]
    public void CleanUp() => _host.DisposeAsync().AsTask().Wait();
}
