// Requests and their answers: FireAndForget, and the alternatives beside it, one after the other and with many open at once.

using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Peers.Conversations;

internal static class Requests
{
    private static readonly (string Name, int Open)[] Shapes =
    [
        (Names.Requests, 1),
        (Names.RequestsOpen, Asker.MostOpen),
    ];

    /// <summary>Measures them.</summary>
    /// <exception cref="MeasurementException">A request was not answered.</exception>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(RunArguments arguments)
    {
        Asker[] askers =
        [
            new MessageOneByOne(),
            new EndpointAsker(twoThreads: false),
            new ComponentAsker(),
            new EndpointAsker(twoThreads: true),
            new ChannelAsker(),
            new AkkaAsker(),
            new ProtoActorAsker(),
            new OrleansAsker(),
        ];
        Alternation alternation = arguments.IsQuick
            ? new(TimeSpan.FromMilliseconds(20), 5)
            : new(TimeSpan.FromMilliseconds(100), 30);
        List<Measurement> measurements = [];
        HashSet<Asker> started = [];
        foreach ((string name, int open) in Shapes)
        {
            Asker[] chosen = [.. askers.Where(asker => arguments.Includes($"{name} {asker.Name}"))];
            foreach (Asker asker in chosen.Where(started.Add))
            {
                await asker.StartAsync().ConfigureAwait(false);
            }

            Contestant[] contestants =
            [
                .. chosen.Select(asker => new Contestant(asker.Name, open, laps => asker.AskAsync(laps, open))),
            ];
            measurements.AddRange(
                await alternation.MeasureAsync(name, Asker.MessageBytes, contestants).ConfigureAwait(false)
            );
        }

        foreach (Asker asker in started)
        {
            await asker.DisposeAsync().ConfigureAwait(false);
        }

        return measurements;
    }
}
