// One row of the thirteen, or of the goals of another section: what was aimed at, what must be reached, and what was measured.

namespace FireAndForget.Reporting;

/// <param name="Group">Overhead, throughput, latency, receivers, conversations or cluster.</param>
/// <param name="Name">The benchmark.</param>
/// <param name="Case">Which of its cases; empty where there is only one.</param>
/// <param name="Planned">The target of ADR-WASM-009.</param>
/// <param name="Required">What must be reached.</param>
/// <param name="Nanoseconds">What was measured: nanoseconds a message, or of a whole burst.</param>
/// <param name="ShowsRate">Whether it is shown as messages a second.</param>
/// <param name="Format">How it is shown where it is no time.</param>
/// <param name="Samples">The samples that it comes from; null where the goal has none beside them.</param>
internal sealed record GoalRow(
    string Group,
    string Name,
    string Case,
    Goal Planned,
    Goal Required,
    double? Nanoseconds,
    bool ShowsRate = false,
    Func<double?, string>? Format = null,
    IReadOnlyList<double>? Samples = null
)
{
    public string Title => Case.Length == 0 ? Name : $"{Name}, {Case}";

    public string Measured =>
        Format is not null ? Format(Nanoseconds)
        : ShowsRate ? Show.Rate(Nanoseconds)
        : Show.Time(Nanoseconds);

    /// <summary>How far the figure lies from a goal: of times what is above it, of rates what is below it, is worse.</summary>
    public string DeviationFrom(Goal goal) =>
        Show.Deviation(ShowsRate ? (goal.Nanoseconds / Nanoseconds) - 1 : goal.Deviation(Nanoseconds));

    public string Verdict =>
        Required.IsReached(Nanoseconds) switch
        {
            null => "not measured",
            true => Spread.Length == 0
                ? "reached"
                : $"reached at {Show.Times(Nanoseconds / Required.Nanoseconds)}{Spread}",
            false when Required.Nanoseconds is 0 => "missed",
            false => $"missed by {Show.Times(Nanoseconds / Required.Nanoseconds)}{Spread}",
        };

    /// <summary>How far the figure, as a part of the goal, varies within the run; empty where that is not known.</summary>
    private string Spread => Show.Spread(RatioSpread.Of(Samples, Required.Samples));
}
