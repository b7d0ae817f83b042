// Measures all peers with messages of one length, in rounds that alternate, so that whatever the machine does meanwhile it does to
// all of them.

using System.Diagnostics;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Peers;

internal sealed class Harness(RunArguments arguments)
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    /// <summary>How many rounds' time a peer is warmed up for.</summary>
    private const int WarmUpRounds = 15;

    private readonly List<Measurement> _measurements = [];

    private TimeSpan RoundTime => TimeSpan.FromMilliseconds(arguments.IsQuick ? 20 : 100);

    private int RoundCount => arguments.IsQuick ? 5 : 30;

    /// <summary>Measures them.</summary>
    /// <exception cref="MeasurementException">One lost messages.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        foreach (int payload in Payload.Sizes)
        {
            Peer[] all =
            [
                new FireAndForgetPeer(),
                new OneThreadPeer(),
                new ComponentCallPeer(newInstance: false),
                new ComponentCallPeer(newInstance: true),
                new ChannelPeer(twoThreads: false),
                new ChannelPeer(twoThreads: true),
                new AkkaPeer(copies: true),
                new AkkaPeer(copies: false),
                new ProtoActorPeer(copies: true),
                new ProtoActorPeer(copies: false),
                new OrleansPeer(),
                new MassTransitPeer(),
                new MediatRPeer(),
            ];
            Peer[] chosen = [.. all.Where(p => p.Takes(payload) && arguments.Includes($"peer {p.Name}"))];
            await MeasureAsync(chosen, payload).ConfigureAwait(false);
        }

        return _measurements;
    }

    private async Task MeasureAsync(Peer[] peers, int payload)
    {
        byte[] message = Payload.Of(payload);
        int[] counts = new int[peers.Length];
        var samples = peers.Select(_ => new List<double>()).ToArray();
        for (int i = 0; i < peers.Length; i++)
        {
            await peers[i].StartAsync(payload).ConfigureAwait(false);
            counts[i] = await CalibrateAsync(peers[i], message).ConfigureAwait(false);
        }

        for (int round = 0; round < RoundCount; round++)
        {
            for (int i = 0; i < peers.Length; i++)
            {
                samples[i].Add(await TimeAsync(peers[i], message, counts[i]).ConfigureAwait(false) / counts[i]);
            }
        }

        for (int i = 0; i < peers.Length; i++)
        {
            var measurement = Measurement.OfSamples(Names.Peer, peers[i].Name, payload, "ns", samples[i]);
            _measurements.Add(measurement);
            Console.WriteLine(
                $"{peers[i].Name}, {payload} B: {measurement.Value:F1} ns, {peers[i].Tally.Messages:N0} messages counted"
            );
            await peers[i].DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>How many messages take about a round's time, by the best that the peer does while it is warmed up.</summary>
    private async Task<int> CalibrateAsync(Peer peer, byte[] message)
    {
        double target = RoundTime.TotalNanoseconds;
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        int count = 16;
        do
        {
            double time = await TimeAsync(peer, message, count).ConfigureAwait(false);
            best = Math.Min(best, time / count);
            count = (int)Math.Clamp(target / best, 1, Math.Min(count * 2, 1 << 24));
        } while (Stopwatch.GetElapsedTime(start) < RoundTime * WarmUpRounds);

        return count;
    }

    /// <summary>Sends messages, waits until the receiver has counted all of them, and answers the nanoseconds that it took.</summary>
    private static async Task<double> TimeAsync(Peer peer, byte[] message, int count)
    {
        long messages = peer.Tally.Messages + count;
        long bytes = peer.Tally.Bytes + ((long)count * message.Length);
        long start = Stopwatch.GetTimestamp();
        await peer.SendAsync(message, count).ConfigureAwait(false);
        SpinWait spin = default;
        while (peer.Tally.Messages < messages)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetElapsedTime(start) > StuckAfter)
            {
                throw new MeasurementException(
                    $"{peer.Name}: of {count} messages {messages - peer.Tally.Messages} are missing after {StuckAfter.TotalSeconds} s."
                );
            }
        }

        double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        return peer.Tally.Messages == messages && peer.Tally.Bytes == bytes
            ? time
            : throw new MeasurementException($"{peer.Name}: its receiver counted more than was sent.");
    }
}
