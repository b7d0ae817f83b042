// Makes docs/containment.md out of the results of a run, whole. The words are in ContainmentDocument.md, beside this file; here is
// what its placeholders stand for.

using System.Globalization;

namespace FireAndForget.Reporting;

/// <summary>The document about containment.</summary>
public sealed class ContainmentDocument
{
    private const double LeastShare = 0.8;

    private readonly ContainmentResults _results;

    private ContainmentDocument(ContainmentResults results) => _results = results;

    /// <summary>Makes the document of a run.</summary>
    /// <param name="results">The results.</param>
    /// <returns>The text.</returns>
    public static string Generate(ContainmentResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return PageTemplate.ReadResource("ContainmentDocument.md").Render(new ContainmentDocument(results).Values());
    }

    /// <summary>What each placeholder of the template stands for, in the order of the page.</summary>
    private Dictionary<string, object> Values() =>
        new()
        {
            ["is_quick"] = _results.Run.IsQuick,
            ["unfit"] = string.Join("; ", _results.Run.Unfit),
            ["run"] = Rows.Of(_results.Run.Rows(), row => [row.What, row.Value]),
            ["guests"] = Guests(),
            ["least_share"] = Share(LeastShare),
            ["fairness"] = Fairness(),
            ["overshoot"] = Overshoot(),
            ["churn"] = Churn(),
            ["before"] = _results.BombsBefore.Count == 0 ? "before" : $"before, `{_results.BombsBefore[0].Commit}`",
            ["bombs"] = Bombs(),
            ["scale_guests"] = Rows.Cells([.. _results.Scale.Keys.Select(guest => $"`{guest}`")]),
            ["scale_lines"] = Rows.Cells([.. _results.Scale.Keys.Select(_ => "---:")]),
            ["scale"] = Scale(),
        };

    private string Guests() =>
        Rows.Of(
            _results.Guests.GroupBy(row => (row.Guest, row.Does)),
            rows =>
            {
                ContainmentRow? one = rows.FirstOrDefault(r => r.Workers == 1);
                ContainmentRow? two = rows.FirstOrDefault(r => r.Workers == 2);
                return
                [
                    $"`{rows.Key.Guest}`",
                    rows.Key.Does,
                    EndsOf(rows),
                    Show.Count(rows.Sum(r => r.Restarts)),
                    Median(one),
                    Worst(one),
                    Median(two),
                    Worst(two),
                ];
            }
        );

    private string Fairness() =>
        Rows.Of(
            _results.Fairness,
            row =>
                [
                    row.Does,
                    Show.Count(row.Workers),
                    Show.Rate(1e9 / row.Rate),
                    Median(row),
                    Worst(row),
                    MedianOf(row.Kept) >= LeastShare ? "yes" : "**no**",
                ]
        );

    private string Overshoot() =>
        Rows.Of(
            _results.Overshoot,
            measured =>
            {
                string[] parts = measured.Case.Split('|');
                return [parts[0], parts[^1], Show.Time(measured.Value), Show.Time(measured.Raw.Max())];
            }
        );

    private string Churn()
    {
        return Rows.Of(
            _results.Churn.Where(m => m.Name == "churn_kept").Take(1),
            kept =>
                [
                    Show.Rate(1e9 / Of("churn_alone")),
                    $"{Show.Count(Math.Round(Of("churn_pace") ?? 0))} /s",
                    Show.Rate(1e9 / Of("churn_beside")),
                    Share(kept.Value),
                    Share(kept.Best),
                ]
        );

        double? Of(string name) => _results.Churn.FirstOrDefault(m => m.Name == name)?.Value;
    }

    private string Bombs() =>
        Rows.Of(
            _results.Bombs,
            now =>
                [
                    now.Does,
                    now.FileBytes is { } bytes ? Show.Size(bytes) : "no end",
                    .. CostOf(_results.BombsBefore.FirstOrDefault(b => b.Bomb == now.Bomb)),
                    .. CostOf(now),
                ]
        );

    private string Scale() =>
        Rows.Of(
            _results.Scale.Values.FirstOrDefault() ?? [],
            like =>
                [
                    Title(like),
                    .. _results.Scale.Values.Select(of =>
                        Value(of.FirstOrDefault(m => (m.Name, m.Case) == (like.Name, like.Case)))
                    ),
                ]
        );

    private static string Title(Measurement m) =>
        m.Name switch
        {
            "scale_load" when m.Case.Length == 0 => "time to load, once the file is compiled; the median",
            "scale_load" => $"time to load, {m.Case}",
            "scale_memory" when m.Case.StartsWith("of it", StringComparison.Ordinal) => m.Case,
            "scale_memory" => $"resident {m.Case}",
            "scale_message" => $"time for a message, {m.Case}",
            _ => $"the whole process: {m.Case}",
        };

    private static string Value(Measurement? m) =>
        m is null ? Show.Missing
        : m.Unit == "B" ? Show.Size(m.Value)
        : Show.Time(m.Value);

    private static string[] CostOf(BombRow? bomb) =>
        bomb is null
            ? [Show.Missing, Show.Missing, Show.Missing]
            : [Show.Seconds(bomb.Seconds), Show.Size(bomb.PeakBytes), EndOf(bomb)];

    private static string EndOf(BombRow bomb) =>
        bomb.End switch
        {
            BombEnd.Ended => "**ended**",
            BombEnd.Crashed => $"**crashed**, {bomb.Why}",
            BombEnd.Done when bomb.Why.Length == 0 => "taken",
            _ => FirstSentence(bomb.Why).Replace("|", "\\|", StringComparison.Ordinal),
        };

    /// <summary>What was wrong, without what to do about it.</summary>
    private static string FirstSentence(string text) => text.Split([". ", "; "], 2, StringSplitOptions.None)[0];

    private static string EndsOf(IEnumerable<ContainmentRow> rows)
    {
        IEnumerable<string> ends = rows.SelectMany(r => r.Ends)
            .GroupBy(e => e.Key, e => e.Value)
            .Select(e => $"{e.Key} {Show.Count(e.Sum())}");
        long refused = rows.Sum(r => r.SendsRefused);
        return string.Join(", ", refused == 0 ? ends : ends.Append($"its own sends refused {Show.Count(refused)}"));
    }

    private static string Median(ContainmentRow? row) => row is null ? Show.Missing : Share(MedianOf(row.Kept));

    private static string Worst(ContainmentRow? row) => row is null ? Show.Missing : Share(row.Kept.Min());

    private static double MedianOf(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Share(double part) => string.Create(CultureInfo.InvariantCulture, $"{part * 100:0} %");
}
