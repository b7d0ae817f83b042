using System.Diagnostics.Metrics;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>Listeners of a host's metrics that throw: the host is made, works and stops.</summary>
public sealed class ThrowingListenerTests
{
    /// <summary>A second stop of the host once waited for ever.</summary>
    [Fact]
    public async Task DisposeAsync_AListenerThrowsWhenInstrumentsEnd_EveryStopCompletes()
    {
        ListLogger log = new();
        MessagingHost host = new(new() { Workers = 1, Logger = log });
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == host)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.MeasurementsCompleted = (_, _) => throw new InvalidOperationException("the exporter is gone");
        listener.Start();

        await host.DisposeAsync();
        await host.DisposeAsync();
        // Else it throws at its own end, too.
        listener.MeasurementsCompleted = null;

        Assert.Single(log.Of(107));
        Assert.Contains(log.Of(111), line => line.Text.Contains("the exporter is gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Host_AListenerThrowsAtItsInstruments_WorksAllTheSame()
    {
        int thread = Environment.CurrentManagedThreadId;
        bool isStarted = false;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            // Other tests make hosts meanwhile, on other threads, and those that are there already it is told of when it starts.
            if (isStarted && instrument.Meter.Name == "FireAndForget" && Environment.CurrentManagedThreadId == thread)
            {
                throw new InvalidOperationException("it wants no instruments");
            }
        };
        listener.Start();
        isStarted = true;
        ListLogger log = new();

        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        int received = 0;
        host.AddEndpoint("target", _ => received++);
        host.AddEndpoint("client").Send("target", [1]);
        host.Pump();

        Assert.Equal(1, received);
        Assert.Contains(log.Of(111), line => line.Text.Contains("it wants no instruments", StringComparison.Ordinal));
    }
}
