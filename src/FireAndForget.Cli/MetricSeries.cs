using System.Diagnostics.Metrics;

namespace FireAndForget.Cli;

/// <summary>The value of an instrument for one set of attributes.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Attributes">The attributes.</param>
internal sealed record MetricSeries(Instrument Instrument, KeyValuePair<string, object?>[] Attributes)
{
    /// <summary>The value; a histogram's is the sum of what was recorded.</summary>
    public double Value { get; set; }

    /// <summary>
    /// The counts of a histogram: how many values lie between each bound and the one before it, and last how many lie above all
    /// bounds. Empty for other instruments.
    /// </summary>
    public long[] Counts { get; init; } = [];

    /// <summary>A histogram's bounds. Else empty.</summary>
    public IReadOnlyList<double> Bounds => (Instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];

    /// <summary>An attribute's value; null where it has none of that name.</summary>
    public string? this[string attribute] => Array.Find(Attributes, pair => pair.Key == attribute).Value?.ToString();
}
