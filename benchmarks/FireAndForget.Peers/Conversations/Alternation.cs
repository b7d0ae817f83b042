// Measures several ways of doing the same thing in rounds that alternate, so that whatever the machine does meanwhile it does to all of
// them.

using System.Diagnostics;
using FireAndForget.Reporting;

namespace FireAndForget.Peers.Conversations;

/// <summary>One of them.</summary>
/// <param name="Case">As the results call it.</param>
/// <param name="PerLap">How many messages a lap has, for each of which the figures are.</param>
/// <param name="RunAsync">Runs so many laps, and ends when all of it is done.</param>
internal sealed record Contestant(string Case, int PerLap, Func<int, Task> RunAsync);

/// <param name="RoundTime">About how long a round takes.</param>
/// <param name="Rounds">How many rounds.</param>
internal sealed record Alternation(TimeSpan RoundTime, int Rounds)
{
    /// <summary>Each is warmed up for so long at least, in which the runtime compiles it anew, and better.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures them: nanoseconds a message, and the managed bytes of all threads in the round with the fewest.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="payload">The length of each message in bytes.</param>
    /// <param name="contestants">The ways.</param>
    /// <param name="ended">Called behind each round, with the way's place and how many messages the round had.</param>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string name,
        int payload,
        IReadOnlyList<Contestant> contestants,
        Action<int, long>? ended = null
    )
    {
        int[] laps = new int[contestants.Count];
        double[][] samples = [.. contestants.Select(_ => new double[Rounds])];
        double[] allocated = [.. contestants.Select(_ => double.MaxValue)];
        for (int i = 0; i < contestants.Count; i++)
        {
            laps[i] = await CalibrateAsync(contestants[i]).ConfigureAwait(false);
            ended?.Invoke(i, 0);
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < contestants.Count; i++)
            {
                long messages = (long)laps[i] * contestants[i].PerLap;
                long before = GC.GetTotalAllocatedBytes(precise: true);
                samples[i][round] = await TimeAsync(contestants[i], laps[i]).ConfigureAwait(false) / messages;
                double bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
                allocated[i] = Math.Min(allocated[i], bytes / messages);
                ended?.Invoke(i, messages);
            }
        }

        return
        [
            .. contestants.Select(
                (contestant, i) =>
                    Measurement.OfSamples(name, contestant.Case, payload, "ns", samples[i]) with
                    {
                        AllocatedBytes = Math.Round(allocated[i], 2),
                    }
            ),
        ];
    }

    /// <summary>How many laps take about a round's time, by the best that it does while it is warmed up.</summary>
    private async Task<int> CalibrateAsync(Contestant contestant)
    {
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        int laps = 1;
        do
        {
            best = Math.Min(best, await TimeAsync(contestant, laps).ConfigureAwait(false) / laps);
            laps = (int)Math.Clamp(RoundTime.TotalNanoseconds / best, 1, Math.Min(laps * 2L, 1 << 24));
        } while (Stopwatch.GetElapsedTime(start) < (RoundTime * 10 > WarmUp ? RoundTime * 10 : WarmUp));

        return laps;
    }

    private static async Task<double> TimeAsync(Contestant contestant, int laps)
    {
        long start = Stopwatch.GetTimestamp();
        await contestant.RunAsync(laps).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
