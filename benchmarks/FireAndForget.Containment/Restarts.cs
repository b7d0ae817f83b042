// How many fresh instances the hostile guest got, by the host's own meter.

using System.Diagnostics.Metrics;

namespace FireAndForget.Containment;

internal sealed class Restarts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly string _component;
    private long _count;

    public Restarts(MessagingHost host, string component)
    {
        _component = component;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == host && instrument.Name == "fire_and_forget.component.restarts")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                foreach ((string key, object? tag) in tags)
                {
                    _count = key == "messaging.destination.name" && (string?)tag == _component ? value : _count;
                }
            }
        );
        _listener.Start();
    }

    /// <summary>How many restarts the component had that is registered now.</summary>
    public long Count()
    {
        _count = 0;
        _listener.RecordObservableInstruments();
        return _count;
    }

    public void Dispose() => _listener.Dispose();
}
