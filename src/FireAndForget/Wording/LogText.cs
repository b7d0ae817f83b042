namespace FireAndForget.Wording;

/// <summary>
/// Text of others, such as a trap's message or a path, as a log may hold it: plain, in one line, and cut.
/// </summary>
internal static class LogText
{
    private const int Longest = 1000;
    private const int MostLines = 100;

    /// <summary>As <see cref="Clean"/>, for a text whose lines are to stay apart, such as a stack; a bounded number of them.</summary>
    public static string CleanLines(string text) =>
        string.Join('\n', text.Split('\n', MostLines + 1).Take(MostLines).Select(line => Clean(line.TrimEnd('\r'))));

    public static string Clean(string text) =>
        text.Length <= Longest ? PlainText.Escape(text) : $"{PlainText.Escape(text[..Longest])}...";
}
