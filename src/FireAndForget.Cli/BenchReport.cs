using System.Globalization;
using FireAndForget.Measuring;

namespace FireAndForget.Cli;

/// <summary>
/// Writes the figures of <c>faf bench</c> for one length of messages: a JSON object in a line, or a row of a table.
/// </summary>
internal static class BenchReport
{
    private static readonly (string Heading, Func<ReceiverFigures, double> Value)[] Columns =
    [
        ("payload", f => f.Payload),
        ("one_by_one_ns", f => f.OneByOneNanoseconds),
        ("burst_ns", f => f.BurstNanoseconds),
        ("threads_ns", f => f.ThreadsNanoseconds),
        ("p50_ns", f => f.P50Nanoseconds),
        ("p99_ns", f => f.P99Nanoseconds),
        ("allocated_bytes", f => f.AllocatedBytes),
    ];

    public static void WriteJson(ReceiverFigures figures)
    {
        JsonLine.Write(json =>
        {
            foreach ((string name, Func<ReceiverFigures, double> value) in Columns)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(Text(value(figures)));
            }
        });
    }

    public static void WriteRow(ReceiverFigures figures, bool withHeadings)
    {
        if (withHeadings)
        {
            Console.Out.WriteLine(string.Join("  ", Columns.Select(c => c.Heading)));
        }

        Console.Out.WriteLine(string.Join("  ", Columns.Select(c => Text(c.Value(figures)).PadLeft(c.Heading.Length))));
    }

    /// <summary>Rounds to a tenth of a nanosecond, which is finer than the accuracy of these figures.</summary>
    private static string Text(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
