namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>What became of one area's inputs.</summary>
/// <param name="Area">The area's name.</param>
/// <param name="Seconds">How long it was searched.</param>
/// <param name="Taken">Inputs that were taken.</param>
/// <param name="Refused">Inputs that ended in a clean error.</param>
/// <param name="Findings">Inputs that ended in something else.</param>
internal sealed record AreaResult(string Area, double Seconds, long Taken, long Refused, int Findings)
{
    /// <summary>Inputs that were generated and not damaged, which mostly have to be taken.</summary>
    public long Generated { get; init; }

    /// <summary>How many of these were taken.</summary>
    public long GeneratedTaken { get; init; }

    public long Executions => Taken + Refused + Findings;
}
