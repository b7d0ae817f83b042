using System.Globalization;
using System.Text;

namespace FireAndForget.Cli;

/// <summary>
/// Writes metrics in Prometheus' text format, version 0.0.4, with names as OpenTelemetry translates them: characters other than
/// letters and digits become underscores, the unit stands at the end, and behind it <c>_total</c> for counters.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes metrics.</summary>
    /// <param name="metrics">The series, those of one instrument one behind the other.</param>
    public static string Write(IReadOnlyList<MetricSeries> metrics)
    {
        StringBuilder text = new();
        string last = "";
        foreach (MetricSeries series in metrics)
        {
            string name = NameOf(series);
            if (name != last)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {series.Instrument.Description}\n");
                text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {TypeOf(series)}\n");
                last = name;
            }

            if (series.Counts.Length == 0)
            {
                Append(text, name, series, null, series.Value);
            }
            else
            {
                AppendHistogram(text, name, series);
            }
        }

        return text.ToString();
    }

    private static void AppendHistogram(StringBuilder text, string name, MetricSeries series)
    {
        long count = 0;
        for (int i = 0; i < series.Counts.Length; i++)
        {
            count += series.Counts[i];
            string bound = i < series.Bounds.Count ? Number(series.Bounds[i]) : "+Inf";
            Append(text, $"{name}_bucket", series, bound, count);
        }

        Append(text, $"{name}_sum", series, null, series.Value);
        Append(text, $"{name}_count", series, null, count);
    }

    private static void Append(StringBuilder text, string name, MetricSeries series, string? bound, double value)
    {
        IEnumerable<string> labels = series.Attributes.Select(a => $"{Word(a.Key)}=\"{Escape($"{a.Value}")}\"");
        if (bound is not null)
        {
            labels = labels.Append($"le=\"{bound}\"");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}{{{string.Join(',', labels)}}} {Number(value)}\n");
    }

    private static string NameOf(MetricSeries series)
    {
        string unit = series.Instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return Word(series.Instrument.Name) + unit + (TypeOf(series) == "counter" ? "_total" : "");
    }

    private static string TypeOf(MetricSeries series) =>
        series.Instrument.GetType().Name switch
        {
            "ObservableCounter`1" => "counter",
            "Histogram`1" => "histogram",
            _ => "gauge",
        };

    private static string Word(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Escape(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
