// How cost grows: with the number of components that get messages in turn, with the length of a chain that they go through, and
// what a component that waits takes of memory.

using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;
using FireAndForget.Wording;

namespace FireAndForget.Benchmarks.Suites;

internal sealed class Growth(RunArguments arguments)
{
    private const int MessagesOfRound = 100_000;

    private readonly List<Measurement> _measurements = [];

    private int RoundCount => arguments.IsQuick ? 3 : 15;

    /// <summary>Measures it.</summary>
    /// <exception cref="MeasurementException">Messages were lost or refused.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        if (!arguments.Includes("growth"))
        {
            return [];
        }

        foreach (int components in (int[])[1, 10, 100, 1_000, 10_000])
        {
            await ComponentsInTurnAsync(components).ConfigureAwait(false);
        }

        foreach (int hops in (int[])[1, 2, 5, 10])
        {
            await ChainAsync(hops).ConfigureAwait(false);
        }

        return _measurements;
    }

    private async Task ComponentsInTurnAsync(int count)
    {
        await using var host = new MessagingHost(new() { Workers = 0, StopTimeout = TimeSpan.Zero });
        MessagingEndpoint client = host.AddEndpoint("client");
        MemorySnapshot before = MemorySnapshot.Take();
        for (int i = 0; i < count; i++)
        {
            host.AddComponent($"c{i}", Guests.HandleMessage);
        }

        MemorySnapshot idle = MemorySnapshot.Take();
        PreparedSender[] senders = [.. Enumerable.Range(0, count).Select(i => client.Prepare($"c{i}"))];
        byte[] message = Payload.Of(16);
        int turns = Math.Max(1, MessagesOfRound / count);
        long sent = 0;
        void Run(int times)
        {
            for (int turn = 0; turn < times; turn++)
            {
                foreach (PreparedSender sender in senders)
                {
                    if (sender.Send(message) != SendStatus.Accepted)
                    {
                        throw new MeasurementException("A message was refused.");
                    }
                }

                host.Pump();
            }

            sent += (long)times * senders.Length;
        }

        Run(1);
        MemorySnapshot used = MemorySnapshot.Take();
        Run(Math.Max(2, turns));
        Thread.Sleep(150);
        Run(Math.Max(2, turns));
        double[] samples = [.. Enumerable.Range(0, RoundCount).Select(_ => Rounds.Time(Run, turns) / turns / count)];
        Check(host, sent);
        string name = count.ToString("N0", CultureInfo.InvariantCulture);
        Add(Measurement.OfSamples(Names.GrowthComponents, name, null, "ns", samples));
        if (count == 1_000)
        {
            AddMemory("resident, before its first message", (idle.Resident - before.Resident) / count);
            AddMemory("of it managed", (idle.Managed - before.Managed) / count);
            AddMemory("resident, after its first message", (used.Resident - before.Resident) / count);
        }
    }

    private async Task ChainAsync(int hops)
    {
        await using var host = new MessagingHost(new() { Workers = 0, StopTimeout = TimeSpan.Zero });
        MessagingEndpoint client = host.AddEndpoint("client");
        string[] ids = [.. Enumerable.Range(0, hops).Select(RoutedMessage.IdOf)];
        for (int i = 0; i < hops - 1; i++)
        {
            host.AddComponent(ids[i], Guests.Forwarder, new() { SendsTo = [ids[i + 1]] });
        }

        Component last = host.AddComponent(ids[^1], Guests.HandleMessage);
        PreparedSender sender = client.Prepare(ids[0]);
        byte[] message = RoutedMessage.Through(ids[1..]);
        int messages = MessagesOfRound / hops;
        long sent = 0;
        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                if (sender.Send(message) != SendStatus.Accepted)
                {
                    throw new MeasurementException("A message was refused.");
                }

                host.Pump();
            }

            sent += times;
        }

        Run(messages);
        Thread.Sleep(150);
        Run(messages);
        double[] samples = [.. Enumerable.Range(0, RoundCount).Select(_ => Rounds.Time(Run, messages) / messages)];
        Check(host, sent * hops);
        if (last.Statistics.Handled != sent)
        {
            throw new MeasurementException($"{sent} messages were sent and {last.Statistics.Handled} came through.");
        }

        Add(Measurement.OfSamples(Names.GrowthHops, hops.ToString(CultureInfo.InvariantCulture), null, "ns", samples));
    }

    private static void Check(MessagingHost host, long expected)
    {
        HostStatistics statistics = host.Statistics;
        if (statistics.Accepted != expected || statistics.Handled != expected || statistics.Refused != 0)
        {
            throw new MeasurementException($"{expected} messages should have been handled: {statistics}.");
        }
    }

    private void AddMemory(string what, double bytes) =>
        Add(Measurement.OfSamples(Names.IdleMemory, what, null, "B", [Math.Max(0, bytes)]));

    private void Add(Measurement measurement)
    {
        _measurements.Add(measurement);
        Console.WriteLine($"{measurement.Name}, {measurement.Case}: {measurement.Value:F1} {measurement.Unit}");
    }
}
