using System.Diagnostics.Metrics;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>Listens to the instruments of one host and to no other's, which other tests have.</summary>
internal sealed class MetricReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _instruments = [];
    private readonly List<MetricValue> _values = [];

    public MetricReader(MessagingHost host, bool throws = false)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == host)
            {
                _instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.Remove(instrument);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) =>
            {
                Add(instrument, value, tags);
                if (throws)
                {
                    throw new InvalidOperationException("a listener that fails");
                }
            }
        );
        _listener.Start();
    }

    /// <summary>The instruments that exist now.</summary>
    public IReadOnlyList<Instrument> Instruments => _instruments;

    /// <summary>What was recorded until now and not read before.</summary>
    public IReadOnlyList<MetricValue> Recorded
    {
        get
        {
            lock (_values)
            {
                MetricValue[] values = [.. _values];
                _values.Clear();
                return values;
            }
        }
    }

    /// <summary>What the observable instruments say now.</summary>
    public IReadOnlyList<MetricValue> Observe()
    {
        _ = Recorded;
        _listener.RecordObservableInstruments();
        return Recorded;
    }

    /// <summary>The observed values of one instrument, with these attributes among others.</summary>
    public double[] Observe(string instrument, params (string Name, object Value)[] attributes) =>
        [
            .. Observe()
                .Where(v => v.Instrument == instrument)
                .Where(v => attributes.All(a => v.Attributes.GetValueOrDefault(a.Name)?.Equals(a.Value) == true))
                .Select(v => v.Value),
        ];

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Dictionary<string, object?> attributes = new(tags.ToArray());
        lock (_values)
        {
            _values.Add(new(instrument.Name, value, attributes));
        }
    }
}
