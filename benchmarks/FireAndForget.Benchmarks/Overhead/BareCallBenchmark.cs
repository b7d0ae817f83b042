// The floor: a bare call of handle-message in the same guest through Wasmtime's WrapFunc, with a message that lies there already.

using BenchmarkDotNet.Attributes;
using FireAndForget.Measuring;

namespace FireAndForget.Benchmarks.Overhead;

/// <summary>Calls a guest's function and does nothing else.</summary>
public class BareCallBenchmark
{
    private const int Calls = 1024;

    private readonly BareGuest _guest = new();

    [Benchmark(OperationsPerInvoke = Calls)]
    public int bare_call()
    {
        int sum = 0;
        for (int i = 0; i < Calls; i++)
        {
            sum += _guest.HandleMessage(64, 6, 80, 16);
        }

        return sum == 0 ? sum : throw new MeasurementException("The guest rejected a message.");
    }

    [GlobalCleanup]
    public void CleanUp() => _guest.Dispose();
}
