// A figure that a row of the thirteen is held to.

namespace FireAndForget.Reporting;

/// <summary>A bound on a time; rates are bounds on the time of a message.</summary>
/// <param name="Text">As the document says it.</param>
/// <param name="Nanoseconds">The bound in nanoseconds; null where what it is a multiple of was not measured.</param>
/// <param name="Samples">The bound by each sample of what it is a multiple of; null where it has none.</param>
internal sealed record Goal(string Text, double? Nanoseconds, IReadOnlyList<double>? Samples = null)
{
    public static Goal AtMost(double nanoseconds, string prefix = "") =>
        new(prefix + Show.Target(nanoseconds), nanoseconds);

    public static Goal PerSecond(double messages, string prefix = "") =>
        new($"{prefix}{Show.Count(messages)}/s", 1e9 / messages);

    public static Goal Multiple(double factor, string of, double? nanoseconds) =>
        new($"{Show.Count(factor)} × {of} = {Show.Time(factor * nanoseconds)}", factor * nanoseconds);

    /// <summary>A multiple of something that was measured in samples of the same run.</summary>
    public static Goal Multiple(double factor, string of, Measurement? measured) =>
        Multiple(factor, of, measured?.Value) with
        {
            Samples = Scaled(measured, factor),
        };

    /// <summary>The part of an alternative's time that is aimed at.</summary>
    public static Goal Part(string text, double part, Measurement? alternative) =>
        new(
            $"{text} = {Show.Time(alternative?.Value / part)}",
            alternative?.Value / part,
            Scaled(alternative, 1 / part)
        );

    /// <summary>How far a figure is off: 0.1 is 10 % slower than the bound, -0.5 half of it.</summary>
    public double? Deviation(double? nanoseconds) => (nanoseconds / Nanoseconds) - 1;

    public bool? IsReached(double? nanoseconds) =>
        nanoseconds is null || Nanoseconds is null ? null : nanoseconds <= Nanoseconds;

    private static double[]? Scaled(Measurement? measured, double factor) =>
        measured is null ? null : [.. measured.Raw.Select(sample => sample * factor)];
}
