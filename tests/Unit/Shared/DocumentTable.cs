namespace FireAndForget.Tests;

/// <summary>Tables of the documents beside the test program, which the tests hold the code to.</summary>
internal static class DocumentTable
{
    /// <summary>The rows of the table under a heading, without its head: the texts of their cells.</summary>
    /// <param name="document">The document's path beside the test program.</param>
    /// <param name="heading">The heading's whole line.</param>
    public static string[][] Under(string document, string heading)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, document));
        return
        [
            .. lines
                .SkipWhile(line => line != heading)
                .SkipWhile(line => !line.StartsWith('|'))
                .TakeWhile(line => line.StartsWith('|'))
                .Skip(2)
                .Select(line =>
                    line.Trim('|')
                        .Split('|')
                        .Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal))
                        .ToArray()
                ),
        ];
    }
}
