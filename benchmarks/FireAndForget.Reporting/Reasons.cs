// Links rows that miss their goal to what people wrote down about them, and shows all of that in one section: several rows may have one
// reason, and a row without any says so.

namespace FireAndForget.Reporting;

internal sealed class Reasons(Notes notes)
{
    /// <summary>The heading of what concerns the whole run, which is shown last.</summary>
    private const string General = "general";

    /// <summary>What holds for every run.</summary>
    public string OfTheRun => Shown(General);

    /// <summary>What the template's loop says: a heading for each reason, in the order of the notes.</summary>
    public object[] Sections() =>
        [
            .. notes
                .Headings.Where(heading => heading != General)
                .Select(heading => new { Title = heading, Note = Shown(heading) }),
        ];

    /// <summary>The verdict on a row, with its reason where the goal is missed.</summary>
    public string Verdict(GoalRow row) =>
        row.Required.IsReached(row.Nanoseconds) == false ? $"{row.Verdict}, {Why(row.Title)}" : row.Verdict;

    /// <summary>A link to why something is as it is, or that this is not known.</summary>
    /// <param name="title">The row's name: "a, b, c" has the reason of "a, b, c", else of "a, b", else of "a".</param>
    public string Why(string title) =>
        notes.HeadingFor(title) is { } heading ? $"[why](#{Anchor(heading)})" : "why is not found yet";

    /// <summary>The anchor that a heading of Markdown gets: its letters and digits in lower case, blanks as hyphens.</summary>
    private static string Anchor(string heading) =>
        string.Concat(
            heading
                .ToLowerInvariant()
                .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')
                .Select(c => c == ' ' ? '-' : c)
        );

    /// <summary>A note, whose links to other documents start in the notes' folder, as it stands in the page one folder above.</summary>
    private string Shown(string heading) => notes.For(heading).Replace("](../", "](", StringComparison.Ordinal);
}
