using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>What OpenTelemetry's SDK makes of the meter and the activities, as an exporter gets it.</summary>
[Collection(Alone.Name)]
public sealed class ExporterTests
{
    [Fact]
    public async Task Export_OfAHost_HasItsMetricsAndOneTrace()
    {
        List<Metric> metrics = [];
        List<Activity> activities = [];
        using MeterProvider metering = Sdk.CreateMeterProviderBuilder()
            .AddMeter("FireAndForget")
            .AddInMemoryExporter(metrics)
            .Build();
        using TracerProvider tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource("FireAndForget")
            .SetSampler(new AlwaysOnSampler())
            .AddInMemoryExporter(activities)
            .Build();
        await using MessagingHost host = new(new() { Workers = 0 });
        MessagingEndpoint client = host.AddEndpoint("exported/client", _ => { });
        ObedientGuest.Add(host, "exported/guest");

        client.Send("exported/guest", [ObedientGuest.Answer]);
        client.Send("exported/guest", [ObedientGuest.Reject]);
        host.Pump();
        metering.ForceFlush();
        tracing.ForceFlush();

        Assert.Equal(2, Sum(metrics, "messaging.client.sent.messages", null));
        Assert.Equal(1, Sum(metrics, "messaging.client.consumed.messages", null));
        Assert.Equal(1, Sum(metrics, "messaging.client.consumed.messages", "rejected"));
        Assert.Equal(0, Sum(metrics, "fire_and_forget.mailbox.messages", null));
        Assert.Equal(1, Point(metrics, "fire_and_forget.delivery.duration", null).GetHistogramCount());
        Assert.Equal(
            ["process exported/client", "process exported/guest", "send exported/client", "send exported/guest"],
            activities.Select(a => a.DisplayName).Order()
        );
        Assert.Single(activities.Select(a => a.TraceId).Distinct());
    }

    private static long Sum(List<Metric> metrics, string name, string? error) =>
        Point(metrics, name, error).GetSumLong();

    /// <summary>The one point of the guest with this error, whichever of the process's hosts it belongs to.</summary>
    private static MetricPoint Point(List<Metric> metrics, string name, string? error)
    {
        List<MetricPoint> points = [];
        foreach (Metric metric in metrics.Where(m => m.Name == name))
        {
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                Dictionary<string, object?> tags = [];
                foreach (KeyValuePair<string, object?> tag in point.Tags)
                {
                    tags.Add(tag.Key, tag.Value);
                }

                if (
                    (string?)tags.GetValueOrDefault("messaging.destination.name") == "exported/guest"
                    && (string?)tags.GetValueOrDefault("error.type") == error
                )
                {
                    points.Add(point);
                }
            }
        }

        return Assert.Single(points);
    }
}
