// How the document writes numbers: the same quantity in the same form everywhere.

using System.Globalization;

namespace FireAndForget.Reporting;

internal static class Show
{
    public const string Missing = "–";

    /// <summary>A time in the unit that keeps it short.</summary>
    public static string Time(double? nanoseconds) =>
        nanoseconds switch
        {
            null => Missing,
            < 100 => Text(nanoseconds.Value, "0.0;−0.0", "ns"),
            < 1_000 => Text(nanoseconds.Value, "0", "ns"),
            < 100_000 => Text(nanoseconds.Value / 1e3, "0.00", "µs"),
            < 1_000_000 => Text(nanoseconds.Value / 1e3, "0", "µs"),
            _ => Text(nanoseconds.Value / 1e6, "#,0.00", "ms"),
        };

    /// <summary>A time of seconds.</summary>
    public static string Seconds(double seconds) => Text(seconds, "0.0", "s");

    /// <summary>A time of a few seconds.</summary>
    public static string Hundredths(double seconds) => Text(seconds, "0.00", "s");

    /// <summary>A round figure that was set, in the unit that keeps it short.</summary>
    public static string Target(double nanoseconds) =>
        nanoseconds switch
        {
            < 1_000 => Text(nanoseconds, "0.#", "ns"),
            < 1_000_000 => Text(nanoseconds / 1e3, "0.#", "µs"),
            _ => Text(nanoseconds / 1e6, "0.#", "ms"),
        };

    /// <summary>Messages a second, from nanoseconds a message.</summary>
    public static string Rate(double? nanoseconds) =>
        nanoseconds switch
        {
            null => Missing,
            <= 1_000 => Text(1e3 / nanoseconds.Value, "0.0", "M/s"),
            <= 1_000_000 => Text(1e6 / nanoseconds.Value, "0.0", "k/s"),
            _ => Text(1e9 / nanoseconds.Value, "0", "/s"),
        };

    public static string Size(double bytes) =>
        bytes switch
        {
            < 1024 => Text(bytes, "0.#", "B"),
            < 1024 * 1024 => Text(bytes / 1024, "0.#", "KiB"),
            _ => Text(bytes / (1024 * 1024), "0.#", "MiB"),
        };

    public static string Times(double? factor) => factor is null ? Missing : Factor(factor.Value) + " ×";

    /// <summary>How many times as much one figure is as another, with its spread.</summary>
    public static string Times(Measurement? measured, Measurement? other) =>
        Times(measured?.Value / other?.Value)
        + (ReferenceEquals(measured, other) ? "" : Spread(RatioSpread.Of(measured?.Raw, other?.Raw)));

    /// <summary>The quartiles of a ratio, to stand behind it; empty where there are none.</summary>
    public static string Spread(RatioSpread? spread) =>
        spread is { } s ? $" ({Factor(s.Lower)}–{Factor(s.Upper)})" : "";

    /// <summary>
    /// How far a figure lies from its target: in percent, and as a factor above twice and below half, where a percentage is
    /// hard to read.
    /// </summary>
    /// <param name="fraction">0.1 where the figure is a tenth larger than the target, -0.5 where it is half of it.</param>
    public static string Deviation(double? fraction) =>
        fraction switch
        {
            null => Missing,
            > 1 => $"{Times(1 + fraction)} above",
            < -0.5 => $"{Times(1 / (1 + fraction))} below",
            _ => Invariant(fraction.Value * 100, "+0;−0;0") + " %",
        };

    public static string Count(double number) => Invariant(number, "#,0.###");

    public static string Allocated(double? bytes) => bytes is null ? Missing : Invariant(bytes.Value, "0.##") + " B";

    private static string Factor(double factor) =>
        Invariant(
            factor,
            factor switch
            {
                < 10 => "0.00",
                < 100 => "0.0",
                _ => "#,0",
            }
        );

    private static string Text(double value, string format, string unit) => $"{Invariant(value, format)} {unit}";

    private static string Invariant(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
