// A table of the document, built row by row.

using System.Text;

namespace FireAndForget.Reporting;

internal sealed class MarkdownTable(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public override string ToString()
    {
        var text = new StringBuilder();
        AppendRow(text, headings);
        AppendRow(text, [.. headings.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (IReadOnlyList<string> row in _rows)
        {
            AppendRow(text, row);
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
