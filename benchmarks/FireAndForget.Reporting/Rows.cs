namespace FireAndForget.Reporting;

/// <summary>The rows of a table in Markdown; its headings are in the page's template.</summary>
internal static class Rows
{
    /// <summary>A row for each item, one a line.</summary>
    /// <param name="items">What the rows are about.</param>
    /// <param name="cells">The cells of an item.</param>
    public static string Of<T>(IEnumerable<T> items, Func<T, IReadOnlyList<string>> cells) =>
        string.Join('\n', items.Select(item => $"| {Cells(cells(item))} |"));

    /// <summary>Cells beside each other, for a row that the template begins.</summary>
    /// <param name="cells">Their texts.</param>
    public static string Cells(IReadOnlyList<string> cells) => string.Join(" | ", cells);
}
