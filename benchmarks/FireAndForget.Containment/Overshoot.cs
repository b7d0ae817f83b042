// How long a guest goes on when its budget is used up in the middle of something that nothing interrupts: an instruction that writes
// much memory at once, and a call of the host that does much.

using System.Diagnostics;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal sealed class Overshoot(RunArguments arguments)
{
    private const int Rounds = 12;

    /// <summary>The number of rounds of cases that take seconds.</summary>
    private const int FewRounds = 4;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(10);

    private static readonly Case[] Cases =
    [
        new("endless-loop", 1000, "loops over plain instructions", Mebibytes: 64),
        new("long-instructions", 1000, "`memory.fill`", Mebibytes: 64),
        new("long-instructions", 1000, "`memory.fill`", Mebibytes: 2048),
        new("long-instructions", 1001, "`memory.copy` of one half to the other", Mebibytes: 64),
        new("long-instructions", 1001, "`memory.copy` of one half to the other", Mebibytes: 2048),
        new("long-instructions", 1002, "`table.fill` of 100,000 elements", Mebibytes: 64),
        new("long-instructions", 1003, "`array.fill` of 4 MiB", Mebibytes: 64),
        new("random-bytes-component", 1000, "64 KiB of random bytes at once, the most", Mebibytes: 64),
    ];

    /// <summary>Measures how long a message with a budget of 10 ms keeps the thread that delivers it, the next instance included.</summary>
    /// <exception cref="MeasurementException">A message ended otherwise than by its budget.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        List<Measurement> measurements = [];
        foreach (Case one in Cases)
        {
            int rounds =
                arguments.IsQuick ? 1
                : one.Mebibytes > 64 ? FewRounds
                : Rounds;
            double[] samples = await MeasureAsync(one, rounds).ConfigureAwait(false);
            measurements.Add(
                Measurement.OfSamples("overshoot", $"{one.Does}|{one.Mebibytes} MiB", null, "ns", samples)
            );
            Console.WriteLine($"{one.Does}, {one.Mebibytes} MiB: {samples.Max() / 1e6:N1} ms at worst");
        }

        return measurements;
    }

    private static async Task<double[]> MeasureAsync(Case one, int rounds)
    {
        await using MessagingHost host = new(new() { Workers = 0, StopTimeout = TimeSpan.Zero });
        Component guest = host.AddComponent(
            "guest",
            Files.Hostile(one.File),
            new()
            {
                Limits = new() { MessageTimeout = Budget, MemoryBytes = (long)one.Mebibytes << 20 },
                Restart = new() { Max = int.MaxValue },
            }
        );
        MessagingEndpoint client = host.AddEndpoint("client");
        double[] samples = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            if (client.Send("guest", new byte[one.Length]) != SendStatus.Accepted)
            {
                throw new MeasurementException($"{one.File} did not take its message.");
            }

            long start = Stopwatch.GetTimestamp();
            host.Pump();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        MessageStatistics statistics = guest.Statistics;
        return statistics.TimedOut == rounds
            ? samples
            : throw new MeasurementException($"{one.File} at {one.Length} ended otherwise: {statistics}");
    }

    /// <param name="File">A hostile guest.</param>
    /// <param name="Length">The length of the message that makes it do what it does.</param>
    /// <param name="Does">What that is.</param>
    /// <param name="Mebibytes">How much memory it may have.</param>
    private sealed record Case(string File, int Length, string Does, int Mebibytes);
}
