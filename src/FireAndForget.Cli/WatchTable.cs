using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FireAndForget.Cli;

/// <summary>
/// The table of <c>faf run --watch</c>: each receiver with the depth of its mailbox, its rates since the last look, outcomes and
/// restarts, and below it the sends that were refused. Made anew from the host's metrics at each look.
/// </summary>
internal sealed class WatchTable(HostMetrics metrics, TimeProvider time)
{
    private static readonly string[] Outcomes = ["rejected", "trapped", "timed-out", "evicted", "undeliverable"];

    private readonly long _started = time.GetTimestamp();
    private Dictionary<string, WatchRow> _before = [];
    private long _looked = time.GetTimestamp();

    /// <summary>Looks again.</summary>
    /// <param name="mostRows">How many receivers to show: where there are more, those with the most messages.</param>
    public IRenderable Next(int mostRows)
    {
        IReadOnlyList<MetricSeries> read = metrics.Read();
        double seconds = time.GetElapsedTime(_looked).TotalSeconds;
        _looked = time.GetTimestamp();
        Dictionary<string, WatchRow> rows = Rows(read);
        IEnumerable<WatchRow> shown = rows
            .Values.OrderByDescending(row => row.Depth + row.Settled)
            .Take(mostRows)
            .OrderBy(row => row.Id, StringComparer.Ordinal);

        // Only what somebody has, so that the table fits where a line has 80 characters.
        string[] outcomes =
        [
            .. Outcomes.Where(outcome => rows.Values.Any(row => row.Failed.GetValueOrDefault(outcome) != 0)),
        ];
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("receiver") { NoWrap = true });
        foreach (string heading in (string[])["depth", "in/s", "out/s", "handled", .. outcomes, "restarts"])
        {
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right, NoWrap = true });
        }

        foreach (WatchRow row in shown)
        {
            WatchRow before = _before.GetValueOrDefault(row.Id) ?? new(row.Id);
            string[] cells =
            [
                Number(row.Depth),
                Rate(row.Accepted - before.Accepted, seconds),
                Rate(row.Settled - before.Settled, seconds),
                Number(row.Handled),
                .. outcomes.Select(outcome => Number(row.Failed.GetValueOrDefault(outcome))),
                Number(row.Restarts),
            ];
            table.AddRow([new Text(row.Id) { Overflow = Overflow.Ellipsis }, .. cells.Select(cell => new Text(cell))]);
        }

        _before = rows;
        return new Rows(table, new Text(Below(read, rows.Count - mostRows)));
    }

    private static Dictionary<string, WatchRow> Rows(IReadOnlyList<MetricSeries> read)
    {
        Dictionary<string, WatchRow> rows = [];
        foreach (MetricSeries series in read)
        {
            if (series["messaging.destination.name"] is not { } id)
            {
                continue;
            }

            if (!rows.TryGetValue(id, out WatchRow? row))
            {
                rows[id] = row = new(id);
            }

            long value = (long)series.Value;
            switch (series.Instrument.Name, series["error.type"])
            {
                case ("fire_and_forget.mailbox.messages", _):
                    row.Depth = value;
                    break;
                case ("messaging.client.sent.messages", _):
                    row.Accepted = value;
                    break;
                case ("messaging.client.consumed.messages", null):
                    row.Handled = value;
                    break;
                case ("messaging.client.consumed.messages" or "fire_and_forget.dropped.messages", { } outcome):
                    row.Failed[outcome] = value;
                    break;
                case ("fire_and_forget.component.restarts", _):
                    row.Restarts = value;
                    break;
                default:
                    break;
            }
        }

        return rows;
    }

    private string Below(IReadOnlyList<MetricSeries> read, int left)
    {
        IEnumerable<string> refused = read.Where(s =>
                s.Instrument.Name == "messaging.client.sent.messages" && s["error.type"] is not null
            )
            .Select(s => $"{s["error.type"]} {Number((long)s.Value)}");
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetElapsedTime(_started).TotalSeconds:0} s; refused: {string.Join(", ", refused.DefaultIfEmpty("none"))}"
        );
        return left > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}; {left:N0} more receivers") : text;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A rate; of one who has just come back after a removal it begins anew.</summary>
    private static string Rate(long more, double seconds) =>
        seconds == 0 || more < 0 ? "" : (more / seconds).ToString("N0", CultureInfo.InvariantCulture);
}
