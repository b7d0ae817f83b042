// What one busy pair does alone, and while components come and go beside it.

using System.Diagnostics;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal sealed class Churn(RunArguments arguments)
{
    private const int ComponentsPerSecond = 1000;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    private int _added;

    /// <summary>Measures rounds by turns, alone and beside.</summary>
    /// <exception cref="MeasurementException">The pair noticed.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        int rounds = arguments.IsQuick ? 1 : 5;
        double[] alone = new double[rounds];
        double[] beside = new double[rounds];
        double[] pace = new double[rounds];
        // One worker, so that the thread that adds and removes takes no processor from it.
        await using MessagingHost host = new(new() { Workers = 1, StopTimeout = TimeSpan.Zero });
        Neighbours pair = new(host, 1);
        // Not counted: everything is compiled, and warm.
        pair.RateDuring(() => AddAndRemove(host));
        for (int i = 0; i < rounds; i++)
        {
            alone[i] = pair.RateDuring(() => Thread.Sleep(RoundTime));
            int added = _added;
            beside[i] = pair.RateDuring(() => AddAndRemove(host));
            pace[i] = (_added - added) / RoundTime.TotalSeconds;
        }

        await pair.StopAsync(host).ConfigureAwait(false);
        Measurement[] measurements =
        [
            Measurement.OfSamples("churn_alone", "", null, "messages/s", alone),
            Measurement.OfSamples("churn_beside", "", null, "messages/s", beside),
            Measurement.OfSamples("churn_kept", "", null, "ratio", [.. alone.Zip(beside, (a, b) => b / a)]),
            Measurement.OfSamples("churn_pace", "", null, "components/s", pace),
        ];
        foreach (Measurement one in measurements)
        {
            Console.WriteLine($"{one.Name}: {one.Value:N3} {one.Unit}, {string.Join(' ', one.Raw)}");
        }

        return measurements;
    }

    /// <summary>Adds and removes components for the time of a round, none before its time has come.</summary>
    private void AddAndRemove(MessagingHost host)
    {
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        for (TimeSpan now; (now = Stopwatch.GetElapsedTime(start)) < RoundTime; )
        {
            if (done >= now.TotalSeconds * ComponentsPerSecond)
            {
                Thread.Sleep(1);
                continue;
            }

            host.AddComponent($"passing{_added++}", Files.Behaving).Remove();
            done++;
        }
    }
}
