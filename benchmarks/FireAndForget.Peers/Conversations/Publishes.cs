// A message to many: FireAndForget's publish beside a send to each, and beside the alternatives.

using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Peers.Conversations;

internal sealed class Publishes(RunArguments arguments)
{
    private readonly Alternation _alternation = arguments.IsQuick
        ? new(TimeSpan.FromMilliseconds(15), 5)
        : new(TimeSpan.FromMilliseconds(40), 25);
    private readonly List<Measurement> _measurements = [];

    /// <summary>Measures them.</summary>
    /// <exception cref="MeasurementException">A message was lost or refused.</exception>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync()
    {
        if (arguments.Includes(Names.Publish) || arguments.Includes(Names.PublishCall))
        {
            foreach (int subscribers in Names.Subscribers)
            {
                await MeasureAsync(
                        [
                            .. OnOneThread(),
                            new HostPublisher(Names.PublishWorker, isLoop: false, workers: 1),
                            new AkkaPublisher(),
                            new ProtoActorPublisher(),
                        ],
                        subscribers,
                        payload: 16
                    )
                    .ConfigureAwait(false);
            }

            foreach (int payload in (int[])[4096, 65536])
            {
                await MeasureAsync(OnOneThread(), subscribers: 100, payload).ConfigureAwait(false);
            }
        }

        return _measurements;
    }

    private static Publisher[] OnOneThread() =>
        [
            new HostPublisher(Names.PublishOneThread, isLoop: false, workers: 0),
            new HostPublisher(Names.PublishLoop, isLoop: true, workers: 0),
        ];

    private async Task MeasureAsync(Publisher[] publishers, int subscribers, int payload)
    {
        foreach (Publisher publisher in publishers)
        {
            publisher.Start(subscribers, payload);
        }

        var alone = publishers.Select(_ => new List<double>()).ToArray();
        _measurements.AddRange(
            await _alternation
                .MeasureAsync(
                    Names.Publish,
                    payload,
                    [
                        .. publishers.Select(publisher => new Contestant(
                            Names.CrowdOf(publisher.Name, subscribers),
                            Publisher.Burst * subscribers,
                            publisher.RunAsync
                        )),
                    ],
                    (i, messages) =>
                    {
                        double time = publishers[i].TakePublishingTime();
                        // What it took while it was warmed up is no round.
                        if (messages > 0)
                        {
                            alone[i].Add(time / messages);
                        }
                    }
                )
                .ConfigureAwait(false)
        );
        for (int i = 0; i < publishers.Length; i++)
        {
            if (publishers[i].IsTimedAlone)
            {
                string @case = Names.CrowdOf(publishers[i].Name, subscribers);
                _measurements.Add(Measurement.OfSamples(Names.PublishCall, @case, payload, "ns", alone[i]));
            }

            await publishers[i].DisposeAsync().ConfigureAwait(false);
        }
    }
}
