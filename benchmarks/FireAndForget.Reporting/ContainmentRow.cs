// One hostile guest beside innocent neighbours, as it is stored under docs/containment.

namespace FireAndForget.Reporting;

/// <summary>What a hostile guest did, what became of it, and what its neighbours did meanwhile.</summary>
public sealed record ContainmentRow
{
    /// <summary>The guest's file below <c>tests/Integration/Hostile</c>, without the extension.</summary>
    public required string Guest { get; init; }

    /// <summary>What it does.</summary>
    public required string Does { get; init; }

    /// <summary>The worker threads of the host.</summary>
    public required int Workers { get; init; }

    /// <summary>
    /// For each round, what the neighbours did beside the hostile guest, as a part of what they did beside one that behaves: 1 where
    /// they did not notice.
    /// </summary>
    public required IReadOnlyList<double> Kept { get; init; }

    /// <summary>Messages a second that the neighbours' components handled beside the one that behaves; the median of the rounds.</summary>
    public required double Rate { get; init; }

    /// <summary>How often each thing became of what was sent to the hostile guest, in all rounds; zero is left out.</summary>
    public required IReadOnlyDictionary<string, long> Ends { get; init; }

    /// <summary>How many fresh instances it got.</summary>
    public required long Restarts { get; init; }

    /// <summary>How many of its own sends were refused.</summary>
    public required long SendsRefused { get; init; }
}
