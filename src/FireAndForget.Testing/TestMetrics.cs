using System.Diagnostics.Metrics;

namespace FireAndForget.Testing;

/// <summary>Listens to the instruments of one host.</summary>
internal sealed class TestMetrics : IDisposable
{
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Instrument, KeyValuePair<string, object?>[] Tags, double Value)> _recorded = [];
    private readonly List<(string Instrument, KeyValuePair<string, object?>[] Tags, double Value)> _observed = [];

    public TestMetrics(MessagingHost host)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == host)
            {
                _names.Add(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The names of all instruments.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>The sum of an instrument's values; of a histogram the number of its values.</summary>
    public double Sum(string instrument, IReadOnlyList<(string Name, string Value)> tags)
    {
        lock (_lock)
        {
            _observed.Clear();
            _listener.RecordObservableInstruments();
            return _observed
                .Concat(_recorded)
                .Where(m => m.Instrument == instrument)
                .Where(m => tags.All(t => m.Tags.Any(has => has.Key == t.Name && $"{has.Value}" == t.Value)))
                .Sum(m => m.Value);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if (instrument.IsObservable)
            {
                _observed.Add((instrument.Name, tags.ToArray(), value));
            }
            else
            {
                _recorded.Add((instrument.Name, tags.ToArray(), instrument is Histogram<double> ? 1 : value));
            }
        }
    }
}
