// How far a ratio of two figures varies within a run: a ratio of medians alone says nothing of that.

namespace FireAndForget.Reporting;

/// <summary>The quartiles of a ratio: a quarter of its samples lies below the lower, a quarter above the upper.</summary>
internal readonly record struct RatioSpread(double Lower, double Upper)
{
    /// <summary>Fewer samples say nothing of a spread.</summary>
    private const int Fewest = 3;

    /// <summary>
    /// The spread of one figure's samples divided by those of another, each by the one of the same place: where the two were measured in
    /// rounds that alternate, both are of the same round.
    /// </summary>
    /// <param name="samples">The samples of the figure, in the order in which they were taken.</param>
    /// <param name="others">Those of what it is divided by.</param>
    /// <returns>The spread; null where one has other places than the other, or too few.</returns>
    public static RatioSpread? Of(IReadOnlyList<double>? samples, IReadOnlyList<double>? others)
    {
        if (samples is null || others is null || samples.Count != others.Count || samples.Count < Fewest)
        {
            return null;
        }

        double[] ratios = [.. samples.Zip(others, (sample, other) => sample / other).Order()];
        return new(Measurement.Quantile(ratios, 0.25), Measurement.Quantile(ratios, 0.75));
    }
}
