// What goes beyond one message to one target: a publish to many subscribers, and a million later messages.

using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Benchmarks.Suites;

internal sealed class Conversations(RunArguments arguments)
{
    private const int LaterMessages = 1_000_000;
    private const int LaterBytes = 16;
    private const string Topic = "news/benchmark";

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(20);

    private readonly List<Measurement> _measurements = [];

    private int RoundCount => arguments.IsQuick ? 5 : 25;

    /// <summary>Measures them.</summary>
    /// <exception cref="MeasurementException">Messages were lost or refused.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        if (arguments.Includes(Names.Publish))
        {
            foreach (int subscribers in (int[])[1, 10, 100, 1_000])
            {
                await PublishAsync(subscribers, payload: 16).ConfigureAwait(false);
            }

            foreach (int payload in (int[])[4096, 65536])
            {
                await PublishAsync(subscribers: 100, payload).ConfigureAwait(false);
            }
        }

        if (arguments.Includes(Names.Later))
        {
            await LaterAsync().ConfigureAwait(false);
        }

        return _measurements;
    }

    private async Task PublishAsync(int subscribers, int payload)
    {
        await using var host = new MessagingHost(new() { Workers = 0, StopTimeout = TimeSpan.Zero });
        MessagingEndpoint client = host.AddEndpoint("client");
        for (int i = 0; i < subscribers; i++)
        {
            host.AddComponent($"c{i}", Guests.HandleMessage, new() { SubscribesTo = ["news/*"] });
        }

        byte[] message = Payload.Of(payload);
        long published = 0;
        long publishing = 0;
        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                long start = System.Diagnostics.Stopwatch.GetTimestamp();
                if (client.Publish(Topic, message).Accepted != subscribers)
                {
                    throw new MeasurementException("A subscriber refused a message.");
                }

                publishing += System.Diagnostics.Stopwatch.GetTimestamp() - start;
                host.Pump();
            }

            published += times;
        }

        int count = Rounds.Calibrate(Run, RoundTime);
        List<double> alone = [];
        List<double> delivered = [];
        long allocated = long.MaxValue;
        for (int round = 0; round < RoundCount; round++)
        {
            publishing = 0;
            long before = GC.GetTotalAllocatedBytes(precise: true);
            delivered.Add(Rounds.Time(Run, count) / count / subscribers);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
            alone.Add(publishing * 1e9 / System.Diagnostics.Stopwatch.Frequency / count / subscribers);
        }

        HostStatistics statistics = host.Statistics;
        if (statistics.Handled != published * subscribers || statistics.Refused != 0)
        {
            throw new MeasurementException($"{published} publishes to {subscribers} came to: {statistics}.");
        }

        string name =
            subscribers == 1
                ? "1 subscriber"
                : string.Create(CultureInfo.InvariantCulture, $"{subscribers:N0} subscribers");
        double bytes = (double)allocated / count / subscribers;
        Add(Measurement.OfSamples(Names.Publish, name, payload, "ns", alone) with { AllocatedBytes = bytes });
        Add(
            Measurement.OfSamples(Names.Publish, $"{name}, and delivered", payload, "ns", delivered) with
            {
                AllocatedBytes = bytes,
            }
        );
    }

    private async Task LaterAsync()
    {
        ManualTime time = new();
        await using var host = new MessagingHost(
            new()
            {
                Workers = 0,
                StopTimeout = TimeSpan.Zero,
                TimeProvider = time,
            }
        );
        host.AddEndpoint(
            "sink",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = LaterMessages, Bytes = 64 << 20 },
            }
        );
        MessagingEndpoint client = host.AddEndpoint("client", options: new() { LaterMessages = LaterMessages });
        byte[] message = Payload.Of(LaterBytes);
        // The numbers are the measurement's own.
        long[] numbers = new long[LaterMessages];
        Array.Fill(numbers, -1);
        TimeSpan[] delays =
        [
            .. Enumerable
                .Range(0, LaterMessages)
                .Select(i => TimeSpan.FromTicks((i * 7919L % LaterMessages) * 1000 + 1)),
        ];
        int rounds = arguments.IsQuick ? 3 : 9;
        List<double> given = [];
        List<double> sent = [];
        List<double> takenBack = [];
        List<double> resident = [];
        List<double> managed = [];
        for (int round = 0; round < rounds; round++)
        {
            MemorySnapshot before = MemorySnapshot.Take();
            given.Add(Rounds.Time(Give, LaterMessages) / LaterMessages);
            MemorySnapshot after = MemorySnapshot.Take();
            if (round == 0)
            {
                // Later the memory of the rounds before is used again.
                resident.Add(((after.Resident - before.Resident) / LaterMessages) - LaterBytes);
                managed.Add((after.Managed - before.Managed) / LaterMessages);
            }

            takenBack.Add(Rounds.Time(TakeBack, LaterMessages / 2) / (LaterMessages / 2));
            Expect(LaterMessages / 2);
            time.Advance(TimeSpan.FromHours(1));
            sent.Add(Rounds.Time(_ => host.Pump(), 1) / (LaterMessages / 2));
            Expect(0);
        }

        long expected = (long)rounds * (LaterMessages / 2);
        if (host.Statistics.Handled != expected || host.Statistics.Refused != 0)
        {
            throw new MeasurementException($"{expected} later messages should have been handled: {host.Statistics}.");
        }

        Add(Measurement.OfSamples(Names.Later, "given", LaterBytes, "ns", given));
        Add(Measurement.OfSamples(Names.Later, "taken back", LaterBytes, "ns", takenBack));
        Add(Measurement.OfSamples(Names.Later, "sent when due, and delivered", LaterBytes, "ns", sent));
        Add(Measurement.OfSamples(Names.LaterMemory, "resident, beside its bytes", LaterBytes, "B", resident));
        Add(Measurement.OfSamples(Names.LaterMemory, "of it managed", LaterBytes, "B", managed));

        void Give(int count)
        {
            for (int i = 0; i < count; i++)
            {
                LaterResult result = client.SendLater("sink", message, delays[i]);
                numbers[i] = result.Number;
            }
        }

        void TakeBack(int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (!client.CancelLater(numbers[i * 2]))
                {
                    throw new MeasurementException("A later message could not be taken back.");
                }
            }
        }

        void Expect(int scheduled)
        {
            if (host.Statistics.Scheduled != scheduled)
            {
                throw new MeasurementException($"{scheduled} should be scheduled: {host.Statistics}.");
            }
        }
    }

    private void Add(Measurement measurement)
    {
        _measurements.Add(measurement);
        string allocated = measurement.AllocatedBytes is { } bytes ? $", {bytes:F1} B allocated" : "";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measurement.Name}, {measurement.Case}, {measurement.Payload} B: {measurement.Value:F1} {measurement.Unit} (best {measurement.Best:F1}){allocated}"
            )
        );
    }
}
