namespace FireAndForget.Diagnostics;

/// <summary>
/// Text of others, such as a trap's message or a path, as a log may hold it: plain, in one line, and cut.
/// </summary>
internal static class LogText
{
    private const int Longest = 1000;

    public static string Clean(string text) =>
        text.Length <= Longest ? PlainText.Escape(text) : $"{PlainText.Escape(text[..Longest])}...";
}
