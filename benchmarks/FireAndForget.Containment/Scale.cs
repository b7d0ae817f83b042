// Ten thousand components of one guest, in a process that has done nothing else: what each takes to load, and of memory before its
// first message, after it, and after messages of all sizes.

using System.Diagnostics;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal static class Scale
{
    private const int Count = 10_000;
    private const int MixedTurns = 20;

    /// <summary>How many components get a message at a time: their answers fit into one mailbox.</summary>
    private const int Group = 15;

    private static readonly int[] MixedSizes = [16, 16, 256, 16, 4096, 256, 16, 16, 256, 65536];

    /// <summary>By their files: one that is written by hand, one from C, one from Rust.</summary>
    public static IReadOnlyList<string> Guests { get; } = ["handle-message-component", "c-mirror", "rust-mirror"];

    /// <exception cref="MeasurementException">A message was refused or not handled.</exception>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(string guest)
    {
        List<Measurement> measurements = [];
        ComponentSource source = Files.Innocent($"{guest}.wasm");
        await using MessagingHost host = new(new() { StopTimeout = TimeSpan.Zero });
        long received = 0;
        MessagingEndpoint client = host.AddEndpoint("client", _ => received++);
        // What the first of a kind takes, its compiling above all, is not each one's.
        host.AddComponent("first", source);
        (double resident, double managed) = Look();
        double[] loads = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            host.AddComponent($"c{i}", source, new() { SendsTo = ["client"] });
            loads[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        Add("load", "", "ns", loads.Order().ElementAt(Count / 2));
        Add("load", "the slowest of 100", "ns", loads.Order().ElementAt(Count * 99 / 100));
        (double loaded, double loadedManaged) = Look();
        Add("memory", "before its first message", "B", (loaded - resident) / Count);
        Add("memory", "of it managed", "B", (loadedManaged - managed) / Count);

        PreparedSender[] senders = [.. Enumerable.Range(0, Count).Select(i => client.Prepare($"c{i}"))];
        double first = await TurnsAsync([16]).ConfigureAwait(false);
        Add("memory", "after its first message, of 16 bytes", "B", (Look().Resident - resident) / Count);
        double mixed = await TurnsAsync([
                .. Enumerable.Range(0, MixedTurns).Select(i => MixedSizes[i % MixedSizes.Length]),
            ])
            .ConfigureAwait(false);
        Add("memory", $"after {MixedTurns} more, of 16 bytes to 64 KiB", "B", (Look().Resident - resident) / Count);
        Add("message", "the first, of 16 bytes", "ns", first);
        Add("message", $"the {MixedTurns} of 16 bytes to 64 KiB", "ns", mixed);
        Add("process", "resident at the end", "B", Environment.WorkingSet);
        HostStatistics statistics = host.Statistics;
        if (
            statistics.Refused != 0
            || statistics.Handled != statistics.Accepted
            || statistics.Handled < Count * (1 + MixedTurns)
        )
        {
            throw new MeasurementException($"Not every message was handled: {statistics}");
        }

        return measurements;

        async Task<double> TurnsAsync(int[] sizes)
        {
            long start = Stopwatch.GetTimestamp();
            foreach (int size in sizes)
            {
                byte[] message = Payload.Of(size);
                foreach (PreparedSender[] group in senders.Chunk(Group))
                {
                    if (Array.Exists(group, sender => sender.Send(message) != SendStatus.Accepted))
                    {
                        throw new MeasurementException("A message was refused.");
                    }

                    await host.DrainAsync().ConfigureAwait(false);
                }
            }

            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / sizes.Length / Count;
        }

        void Add(string name, string @case, string unit, double value)
        {
            measurements.Add(Measurement.OfSamples($"scale_{name}", @case, null, unit, [Math.Max(0, value)]));
            Console.WriteLine($"{guest}, {name} {@case}: {value:N0} {unit}");
        }
    }

    private static (double Resident, double Managed) Look()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        double managed = GC.GetTotalMemory(forceFullCollection: true);
        return (Environment.WorkingSet, managed);
    }
}
