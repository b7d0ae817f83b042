namespace FireAndForget.Tests.Validation;

/// <summary>docs/validation.md beside the test program, whose tables the tests hold the code to.</summary>
internal static class ValidationDocument
{
    /// <summary>The rows of the table under a heading, without its head: the texts of their cells.</summary>
    public static string[][] TableUnder(string heading)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Validation", "validation.md"));
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
