using System.Diagnostics.Metrics;
using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>The text that Prometheus reads.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Write_EachKindOfInstrument_IsInPrometheusForm()
    {
        using Meter meter = new("FireAndForget.Tests.Prometheus");
        ObservableCounter<long> counter = meter.CreateObservableCounter("a.count", () => 0L, "{thing}", "Things.");
        ObservableUpDownCounter<long> size = meter.CreateObservableUpDownCounter("a.size", () => 0L, "By", "Bytes.");
        Histogram<double> time = meter.CreateHistogram(
            "a.time",
            "s",
            "Times.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] }
        );

        string text = PrometheusText.Write([
            new(counter, [new("error.type", "queue-full")]) { Value = 3 },
            new(counter, [new("x", "a\"b\\c\nd")]) { Value = 2.5 },
            new(size, []) { Value = 7 },
            new(time, [new("x", 1)]) { Value = 4.25, Counts = [1, 0, 2] },
        ]);

        Assert.Equal(
            """
            # HELP a_count_total Things.
            # TYPE a_count_total counter
            a_count_total{error_type="queue-full"} 3
            a_count_total{x="a\"b\\c\nd"} 2.5
            # HELP a_size_bytes Bytes.
            # TYPE a_size_bytes gauge
            a_size_bytes{} 7
            # HELP a_time_seconds Times.
            # TYPE a_time_seconds histogram
            a_time_seconds_bucket{x="1",le="0.5"} 1
            a_time_seconds_bucket{x="1",le="2"} 1
            a_time_seconds_bucket{x="1",le="+Inf"} 3
            a_time_seconds_sum{x="1"} 4.25
            a_time_seconds_count{x="1"} 3

            """,
            text
        );
    }
}
