// The optimisations that the original plan named, each as it is and as it would be without. Batching has its pair in
// total_fire_and_forget_latency already: one by one, and in bursts.

using System.Buffers;
using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using FireAndForget.Mailboxes;
using FireAndForget.Measuring;
using FireAndForget.Routing;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>Each benchmark does the same for a message as the one it is paired with.</summary>
public class OptimisationBenchmark
{
    private const int Messages = 1024;
    private const int LongMessage = 4096;
    private const string Target = "receiver";

    private readonly byte[] _message = Payload.Of(16);
    private readonly byte[] _longMessage = Payload.Of(LongMessage);
    private readonly byte[] _received = new byte[LongMessage];
    private readonly BareGuest _guest = new();
    private readonly RingMailbox _ring = new(new());
    private readonly ConcurrentQueue<byte[]> _queue = new();
    private readonly MessagingHost _host = new(new() { Workers = 0 });
    private MessageSender _sender = null!;
    private Participant _self = null!;
    private Registry _registry = null!;

    [GlobalSetup]
    public void SetUp()
    {
        // As many as a host of some size has: what is not cached has to be found among them.
        for (int i = 0; i < 100; i++)
        {
            _host.AddEndpoint($"other-{i}", static _ => { });
        }

        _host.AddComponent(Target, Guests.HandleMessage, new() { ReceivesFrom = ["tool-*", "client-*"] });
        MessagingEndpoint endpoint = _host.AddEndpoint("client-1");
        _sender = endpoint.Sender;
        _self = endpoint.Receiver.Self;
        _registry = _host.Parts.Registry;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_capabilities_cached()
    {
        int accepted = 0;
        for (int i = 0; i < Messages; i++)
        {
            Route route = _sender.RouteTo(Target);
            accepted += MessageChecks.Check(route, _message) == SendStatus.Accepted ? 1 : 0;
        }

        return All(accepted);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_capabilities_looked_up()
    {
        int accepted = 0;
        for (int i = 0; i < Messages; i++)
        {
            Route route = _registry.Resolve(_self, Target);
            accepted += MessageChecks.Check(route, _message) == SendStatus.Accepted ? 1 : 0;
        }

        return All(accepted);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_codec_in_place()
    {
        int read = 0;
        for (int i = 0; i < Messages; i++)
        {
            int start = MessageCodec.Cbor.WritePrefix(_message);
            read += MessageCodec.TryReadPrefix(_message, out _, out int length) && length == start ? 1 : 0;
        }

        return All(read);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_codec_copied()
    {
        int read = 0;
        for (int i = 0; i < Messages; i++)
        {
            byte[] encoded = new byte[_message.Length + MessageCodec.Cbor.PrefixLength];
            int start = MessageCodec.Cbor.WritePrefix(encoded);
            _message.CopyTo(encoded.AsSpan(start));
            if (MessageCodec.TryReadPrefix(encoded, out _, out int length))
            {
                byte[] decoded = encoded[length..];
                read += decoded.Length == _message.Length ? 1 : 0;
            }
        }

        return All(read);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_function_prepared()
    {
        int handled = 0;
        for (int i = 0; i < Messages; i++)
        {
            handled += _guest.HandleMessage(0, 0, 0, 0) == 0 ? 1 : 0;
        }

        return All(handled);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_function_by_name()
    {
        int handled = 0;
        for (int i = 0; i < Messages; i++)
        {
            handled += _guest.HandleMessageByName(0, 0, 0, 0) == 0 ? 1 : 0;
        }

        return All(handled);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_buffers_ring()
    {
        int received = 0;
        for (int i = 0; i < Messages; i++)
        {
            _ring.TryEnqueue(0, _longMessage);
            if (_ring.TryPeek(0, out _, out ReadOnlySpan<byte> message))
            {
                message.CopyTo(_received);
                _ring.Release(1);
                received++;
            }
        }

        return All(received);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_buffers_pooled()
    {
        int received = 0;
        for (int i = 0; i < Messages; i++)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(LongMessage);
            _longMessage.CopyTo(buffer, 0);
            _queue.Enqueue(buffer);
            if (_queue.TryDequeue(out byte[]? message))
            {
                message.AsSpan(0, LongMessage).CopyTo(_received);
                ArrayPool<byte>.Shared.Return(message);
                received++;
            }
        }

        return All(received);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int optimisation_buffers_new()
    {
        int received = 0;
        for (int i = 0; i < Messages; i++)
        {
            byte[] buffer = _longMessage.AsSpan().ToArray();
            _queue.Enqueue(buffer);
            if (_queue.TryDequeue(out byte[]? message))
            {
                message.CopyTo(_received, 0);
                received++;
            }
        }

        return All(received);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _ring.Close();
        _ring.Dispose();
        _guest.Dispose();
        _host.DisposeAsync().AsTask().Wait();
    }

    private static int All(int messages) =>
        messages == Messages
            ? messages
            : throw new MeasurementException($"Only {messages} of {Messages} messages got through.");
}
