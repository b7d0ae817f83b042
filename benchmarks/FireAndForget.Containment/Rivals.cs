// A host with neighbours, on which a hostile guest and one that behaves are put by turns and get the same load.

using System.Diagnostics;
using FireAndForget.Guests.Instances;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal sealed class Rivals(HostileGuest guest, int workers, TimeSpan roundTime)
{
    /// <summary>The pause between two messages to the guest.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>The pause between two loads.</summary>
    private static readonly TimeSpan PauseOfLoads = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, long> _ends = [];
    private long _restarts;
    private long _sendsRefused;

    /// <summary>Measures rounds, each beside the well-behaved guest and then beside the hostile one.</summary>
    /// <exception cref="MeasurementException">The neighbours noticed.</exception>
    public async Task<ContainmentRow> RunAsync(int rounds)
    {
        await using MessagingHost host = new(
            new()
            {
                Workers = workers,
                StopTimeout = TimeSpan.Zero,
                Logger = new DroppingLogger(),
            }
        );
        using Restarts restarts = new(host, "hostile");
        MessagingEndpoint tester = host.AddEndpoint("tester", static _ => { });
        host.AddEndpoint("sink", static _ => { });
        Neighbours neighbours = new(host, workers);
        ComponentSource hostile = Files.Hostile(guest.File);
        double[] beside = new double[rounds];
        double[] kept = new double[rounds];
        // Not counted: everything is compiled, and warm.
        Round(host, restarts, neighbours, tester, Files.Behaving, roundTime / 3);
        Round(host, restarts, neighbours, tester, hostile, roundTime / 3);
        _ends.Clear();
        (_restarts, _sendsRefused) = (0, 0);
        for (int i = 0; i < rounds; i++)
        {
            beside[i] = Round(host, restarts, neighbours, tester, Files.Behaving, roundTime);
            kept[i] = Round(host, restarts, neighbours, tester, hostile, roundTime) / beside[i];
        }

        await neighbours.StopAsync(host).ConfigureAwait(false);
        return new()
        {
            Guest = guest.File,
            Does = guest.Does,
            Workers = workers,
            Kept = [.. kept.Select(k => Math.Round(k, 3))],
            Rate = Math.Round(beside.Order().ElementAt(rounds / 2)),
            Ends = _ends,
            Restarts = _restarts,
            SendsRefused = _sendsRefused,
        };
    }

    private double Round(
        MessagingHost host,
        Restarts restarts,
        Neighbours neighbours,
        MessagingEndpoint tester,
        ComponentSource source,
        TimeSpan time
    )
    {
        bool isHostile = source != Files.Behaving;
        if (guest.IsLoad)
        {
            return neighbours.RateDuring(() => Repeat(time, PauseOfLoads, _ => Load(host, source, isHostile)));
        }

        Component component = host.AddComponent("hostile", source, guest.Options);
        double rate = neighbours.RateDuring(() => Repeat(time, Pause, i => SendBurst(tester, i)));
        if (isHostile)
        {
            Note(component);
            _restarts += restarts.Count();
        }

        component.Remove();
        WaitUntilEmpty(component);

        return rate;
    }

    private void SendBurst(MessagingEndpoint tester, int number)
    {
        for (int i = 0; i < guest.Burst; i++)
        {
            tester.Send("hostile", guest.Messages[((number * guest.Burst) + i) % guest.Messages.Count].Span);
        }
    }

    private void Load(MessagingHost host, ComponentSource source, bool isHostile)
    {
        string end = "loaded";
        try
        {
            host.AddComponent("hostile", source, guest.Options).Remove();
        }
        catch (ComponentLoadException)
        {
            end = "not loaded";
        }

        if (isHostile)
        {
            Add(end, 1);
        }
    }

    private static void Repeat(TimeSpan time, TimeSpan pause, Action<int> action)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(start) < time; i++)
        {
            action(i);
            Thread.Sleep(pause);
        }
    }

    private static void WaitUntilEmpty(Component component)
    {
        long start = Stopwatch.GetTimestamp();
        while (component.Statistics is { InFlight: > 0 } or { Queued: > 0 })
        {
            if (Stopwatch.GetElapsedTime(start) > StuckAfter)
            {
                throw new MeasurementException($"'{component.Id}' does not end: {component.Statistics}");
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>What became of the messages in the round; what waits at its end becomes undeliverable by the removal.</summary>
    private void Note(Component component)
    {
        MessageStatistics atEnd = component.Statistics;
        Add("handled", atEnd.Handled);
        Add("rejected", atEnd.Rejected);
        Add("trapped", atEnd.Trapped);
        Add("timed-out", atEnd.TimedOut);
        _sendsRefused += component.SendsRefused;
    }

    private void Add(string end, long count)
    {
        if (count != 0)
        {
            _ends[end] = _ends.GetValueOrDefault(end) + count;
        }
    }
}
