using System.Diagnostics.Metrics;

namespace FireAndForget.Cli;

/// <summary>What an instrument says with one set of attributes.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Attributes">The attributes.</param>
internal sealed record MetricSeries(Instrument Instrument, KeyValuePair<string, object?>[] Attributes)
{
    /// <summary>The value; a histogram's is the sum of what was recorded.</summary>
    public double Value { get; set; }

    /// <summary>A histogram's counts: how many values were up to each bound and above the one before, and at last the rest. Else empty.</summary>
    public long[] Counts { get; init; } = [];

    /// <summary>A histogram's bounds. Else empty.</summary>
    public IReadOnlyList<double> Bounds => (Instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];

    /// <summary>An attribute's value; null where it has none of that name.</summary>
    public string? this[string attribute] => Array.Find(Attributes, pair => pair.Key == attribute).Value?.ToString();
}
