using System.Diagnostics.Metrics;

namespace FireAndForget.Cli;

/// <summary>
/// Listens to one host's instruments and gives their present values; histograms count from the beginning of the listening.
/// </summary>
internal sealed class HostMetrics : IDisposable
{
    private readonly Lock _reading = new();
    private readonly Lock _recording = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, MetricSeries> _histograms = [];
    private readonly List<MetricSeries> _observed = [];

    /// <summary>Starts to listen.</summary>
    /// <param name="host">The host.</param>
    public HostMetrics(MessagingHost host)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == host)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The present values of all instruments; the series of one instrument follow each other.</summary>
    public IReadOnlyList<MetricSeries> Read()
    {
        lock (_reading)
        {
            _observed.Clear();
            _listener.RecordObservableInstruments();
            return [.. _observed, .. Histograms()];
        }
    }

    public void Dispose() => _listener.Dispose();

    private MetricSeries[] Histograms()
    {
        lock (_recording)
        {
            return
            [
                .. _histograms
                    .Values.Select(series => series with { Counts = [.. series.Counts] })
                    .OrderBy(series => series.Instrument.Name, StringComparer.Ordinal),
            ];
        }
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> attributes)
    {
        if (instrument.IsObservable)
        {
            // Observable instruments call this on the thread that reads, so there is no other writer.
            _observed.Add(new(instrument, attributes.ToArray()) { Value = value });
            return;
        }

        lock (_recording)
        {
            MetricSeries series = SeriesOf(instrument, attributes);
            int bucket = 0;
            while (bucket < series.Bounds.Count && value > series.Bounds[bucket])
            {
                bucket++;
            }

            series.Counts[bucket]++;
            series.Value += value;
        }
    }

    private MetricSeries SeriesOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> attributes)
    {
        string key = instrument.Name;
        foreach ((string name, object? value) in attributes)
        {
            key += $"\n{name}={value}";
        }

        if (!_histograms.TryGetValue(key, out MetricSeries? series))
        {
            series = new(instrument, attributes.ToArray());
            series = series with { Counts = new long[series.Bounds.Count + 1] };
            _histograms.Add(key, series);
        }

        return series;
    }
}
