using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FireAndForget.Cli;

/// <summary>
/// The table of <c>faf run --watch</c>: each receiver that the host has when the table is made, with the depth of its mailbox, its
/// rates, outcomes and restarts, and below it the sends that were refused.
/// </summary>
internal sealed class WatchTable
{
    // Widths in characters. A terminal with a narrower line shows the left part of the table.
    private const int LeastOfId = 20;
    private const int LeastOfNumber = 7;
    private const int Padding = 3;

    private static readonly (string Heading, Func<MessageStatistics, long> Count)[] Failures =
    [
        ("rejected", messages => messages.Rejected),
        ("trapped", messages => messages.Trapped),
        ("timed-out", messages => messages.TimedOut),
        ("evicted", messages => messages.Evicted),
        ("undeliverable", messages => messages.Undeliverable),
        ("lost", messages => messages.Lost),
    ];

    private readonly MessagingHost _host;
    private readonly TimeProvider _time;

    // The components are kept, because a stopped host has none any more and the last table shows how they ended.
    private readonly Component[] _components;
    private readonly MessagingEndpoint[] _endpoints;
    private readonly WatchRow[] _first;
    private readonly long _started;
    private WatchRow[] _before;
    private long _looked;

    public WatchTable(MessagingHost host, TimeProvider time)
    {
        _host = host;
        _time = time;
        _components = [.. host.Components];
        _endpoints = [.. host.Endpoints.Where(endpoint => endpoint.Receives)];
        _before = _first = Look();
        _started = _looked = time.GetTimestamp();
    }

    /// <summary>Draws the table anew; the rates are those since the last time.</summary>
    /// <param name="mostRows">How many receivers to show: where there are more, those with the most messages.</param>
    /// <param name="width">How many characters a line of the terminal has.</param>
    /// <returns>Lines of text that have fewer characters.</returns>
    public string[] Next(int mostRows, int width)
    {
        WatchRow[] rows = Look();
        string[] lines = Draw(rows, _before, _looked, mostRows, width);
        _before = rows;
        _looked = _time.GetTimestamp();
        return lines;
    }

    /// <summary>Draws the table for the last time; the rates are those of the whole run.</summary>
    /// <inheritdoc cref="Next"/>
    public string[] Last(int mostRows, int width) => Draw(Look(), _first, _started, mostRows, width);

    private WatchRow[] Look() =>
        [
            .. _components
                .Select(component => new WatchRow(component.Id, component.Statistics, component.Restarts))
                .Concat(_endpoints.Select(endpoint => new WatchRow(endpoint.Id, endpoint.Statistics, Restarts: 0)))
                .OrderBy(row => row.Id, StringComparer.Ordinal),
        ];

    private string[] Draw(WatchRow[] rows, WatchRow[] before, long since, int mostRows, int width)
    {
        double seconds = _time.GetElapsedTime(since).TotalSeconds;
        // Only outcomes that occurred have a column, so that the table fits into a line of 80 characters.
        (string Heading, Func<MessageStatistics, long> Count)[] failures =
        [
            .. Failures.Where(failure => rows.Any(row => failure.Count(row.Messages) != 0)),
        ];
        Table table = new() { Border = TableBorder.Simple };
        // Ids are cut where a line is too short; they contain no blanks, so they are never broken.
        table.AddColumn(new TableColumn("receiver"));
        string[] headings = ["depth", "in/s", "out/s", "handled", .. failures.Select(f => f.Heading), "restarts"];
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right, NoWrap = true });
        }

        IEnumerable<(WatchRow Now, WatchRow Before)> shown = rows.Zip(before)
            .OrderByDescending(row => row.First.Messages.Accepted)
            .Take(mostRows)
            .OrderBy(row => row.First.Id, StringComparer.Ordinal);
        foreach ((WatchRow now, WatchRow then) in shown)
        {
            string[] cells =
            [
                Number(now.Depth),
                Rate(now.Messages.Accepted - then.Messages.Accepted, seconds),
                Rate(now.Settled - then.Settled, seconds),
                Number(now.Messages.Handled),
                .. failures.Select(failure => Number(failure.Count(now.Messages))),
                Number(now.Restarts),
            ];
            table.AddRow([new Text(now.Id) { Overflow = Overflow.Ellipsis }, .. cells.Select(cell => new Text(cell))]);
        }

        int least = LeastOfId + headings.Sum(heading => Math.Max(heading.Length, LeastOfNumber) + Padding);
        return Lines(new Rows(table, new Text(Below(rows.Length - mostRows))), Math.Max(least, width - 1))
            .Select(line => line.Length < width ? line : $"{line[..Math.Max(0, width - 2)]}…")
            .ToArray();
    }

    private static IEnumerable<string> Lines(IRenderable drawing, int width)
    {
        using StringWriter text = new();
        IAnsiConsole page = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        page.Profile.Width = width;
        page.Write(drawing);
        return text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd());
    }

    private string Below(int left)
    {
        IEnumerable<string> refused = Enum.GetValues<SendStatus>()
            .Where(status => _host.CountRefused(status) != 0)
            .Select(status => $"{EventWords.Of(status)} {Number(_host.CountRefused(status))}");
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{_time.GetElapsedTime(_started).TotalSeconds:0} s; refused: {string.Join(", ", refused.DefaultIfEmpty("none"))}"
        );
        return left > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}; {left:N0} more receivers") : text;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(long more, double seconds) =>
        seconds == 0 ? "" : (more / seconds).ToString("N0", CultureInfo.InvariantCulture);
}
