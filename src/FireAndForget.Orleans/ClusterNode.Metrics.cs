using System.Diagnostics.Metrics;
using FireAndForget.Orleans.Links;

namespace FireAndForget.Orleans;

// Metrics: counts of what goes over each link, read when a listener collects them.
internal sealed partial class ClusterNode
{
    private readonly Meter _meter;

    private Meter CreateMeter()
    {
        Meter meter = new(new MeterOptions("FireAndForget.Orleans") { Scope = Host });
        meter.CreateObservableCounter(
            "fire_and_forget.link.messages",
            () => OfEach(metrics => metrics.Messages),
            "{message}",
            "Messages that were handed to another silo; those that were sent again count again."
        );
        meter.CreateObservableCounter(
            "fire_and_forget.link.frames",
            () => OfEach(metrics => metrics.Frames),
            "{frame}",
            "Frames that were sent to another silo."
        );
        meter.CreateObservableCounter(
            "fire_and_forget.link.size",
            () => OfEach(metrics => metrics.Bytes),
            "By",
            "Bytes of frames that were sent to another silo."
        );
        meter.CreateObservableCounter(
            "fire_and_forget.link.breaks",
            () => OfEach(metrics => metrics.Breaks),
            "{break}",
            "How often the way to another silo broke and went on."
        );
        return meter;
    }

    private IEnumerable<Measurement<long>> OfEach(Func<LinkMetrics, long> value) =>
        _links
            .Where(link => link.Key != Silo)
            .Select(link => new Measurement<long>(
                value(link.Value.Metrics),
                new KeyValuePair<string, object?>("fire_and_forget.silo", link.Key.ToParsableString())
            ));
}
