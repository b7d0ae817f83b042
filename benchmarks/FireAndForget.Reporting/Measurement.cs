// One figure of a run as it is stored under docs/performance: what was measured, in which case, and what came out.

namespace FireAndForget.Reporting;

/// <summary>A figure of a run.</summary>
public sealed record Measurement
{
    /// <summary>The benchmark, peer or quantity.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the name's cases; empty where there is only one.</summary>
    public string Case { get; init; } = "";

    /// <summary>The length of each message in bytes; null where it does not matter.</summary>
    public int? Payload { get; init; }

    /// <summary>What <see cref="Value"/> counts, such as <c>ns</c> for nanoseconds a message.</summary>
    public required string Unit { get; init; }

    /// <summary>The figure that counts: the median of the samples, or the percentile that the name says.</summary>
    public required double Value { get; init; }

    /// <summary>The least of the samples.</summary>
    public required double Best { get; init; }

    /// <summary>What 95 of 100 samples do not exceed.</summary>
    public required double High { get; init; }

    /// <summary>How many samples the value comes from: iterations, rounds, or messages for a percentile.</summary>
    public required long Samples { get; init; }

    /// <summary>Managed bytes allocated for a message; null where it was not measured.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>
    /// The samples in the order in which they were taken, a distribution's values, or where laps are too many the median of those of each
    /// process.
    /// </summary>
    public IReadOnlyList<double> Raw { get; init; } = [];

    /// <summary>The measurement of a series of samples.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="case">In which case.</param>
    /// <param name="payload">The length of each message in bytes.</param>
    /// <param name="unit">What the samples count.</param>
    /// <param name="samples">The samples, at least one.</param>
    /// <returns>The measurement.</returns>
    public static Measurement OfSamples(
        string name,
        string @case,
        int? payload,
        string unit,
        IReadOnlyList<double> samples
    )
    {
        double[] sorted = [.. samples.Order()];
        return new()
        {
            Name = name,
            Case = @case,
            Payload = payload,
            Unit = unit,
            Value = Quantile(sorted, 0.5),
            Best = sorted[0],
            High = Quantile(sorted, 0.95),
            Samples = sorted.Length,
            Raw = [.. samples.Select(s => Math.Round(s, 3))],
        };
    }

    /// <summary>A percentile of a distribution; null where it is none, or was not kept.</summary>
    /// <param name="percentile">One of <see cref="Names.Percentiles"/>.</param>
    /// <returns>The value.</returns>
    public double? At(double percentile)
    {
        for (int i = 0; i < Raw.Count && i < Names.Percentiles.Count; i++)
        {
            if (Names.Percentiles[i] == percentile)
            {
                return Raw[i];
            }
        }

        return null;
    }

    /// <summary>The value below which a part of the samples lies, between two of them in proportion.</summary>
    /// <param name="sorted">The samples from the least to the greatest, at least one.</param>
    /// <param name="quantile">The part, 0 to 1.</param>
    internal static double Quantile(double[] sorted, double quantile)
    {
        double position = quantile * (sorted.Length - 1);
        int below = (int)position;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((position - below) * (above - sorted[below]));
    }
}
