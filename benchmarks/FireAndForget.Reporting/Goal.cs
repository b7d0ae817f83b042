// A figure that a row of the thirteen is held to.

namespace FireAndForget.Reporting;

/// <summary>A bound on a time; rates are bounds on the time of a message.</summary>
/// <param name="Text">As the document says it.</param>
/// <param name="Nanoseconds">The bound in nanoseconds; null where what it is a multiple of was not measured.</param>
internal sealed record Goal(string Text, double? Nanoseconds)
{
    public static Goal AtMost(double nanoseconds, string prefix = "") =>
        new(prefix + Show.Target(nanoseconds), nanoseconds);

    public static Goal PerSecond(double messages, string prefix = "") =>
        new($"{prefix}{Show.Count(messages)}/s", 1e9 / messages);

    public static Goal Multiple(double factor, string of, double? nanoseconds) =>
        new($"{Show.Count(factor)} × {of} = {Show.Time(factor * nanoseconds)}", factor * nanoseconds);

    /// <summary>How far a figure is off: 0.1 is 10 % slower than the bound, -0.5 half of it.</summary>
    public double? Deviation(double? nanoseconds) => (nanoseconds / Nanoseconds) - 1;

    public bool? IsReached(double? nanoseconds) =>
        nanoseconds is null || Nanoseconds is null ? null : nanoseconds <= Nanoseconds;
}
