// message_serialization_overhead: the codec prefix, which is all that the host and its clients write and read around a payload.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>Writes and reads the prefix of a codec whose code takes two bytes.</summary>
public class SerializationBenchmark
{
    private const int Messages = 1024;

    private readonly byte[] _message = Payload.Of(16);

    [Benchmark(OperationsPerInvoke = Messages)]
    [BenchmarkCategory("encode and decode")]
    public long message_serialization_overhead()
    {
        byte[] message = _message;
        long sum = 0;
        for (int i = 0; i < Messages; i++)
        {
            int written = MessageCodec.Json.WritePrefix(message);
            if (!MessageCodec.TryReadPrefix(message, out MessageCodec codec, out int read) || read != written)
            {
                throw new MeasurementException("What was read is not what was written.");
            }

            sum += (long)codec.Code;
        }

        return sum;
    }
}
