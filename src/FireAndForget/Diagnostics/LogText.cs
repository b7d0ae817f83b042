using System.Globalization;
using System.Text;

namespace FireAndForget.Diagnostics;

/// <summary>
/// Text of others, such as a trap's message or a path, as a log may hold it: in one line, without characters that a terminal
/// obeys or that hide or reorder others, and cut.
/// </summary>
internal static class LogText
{
    private const int Longest = 1000;

    public static string Clean(string text)
    {
        if (text.Length <= Longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        StringBuilder clean = new();
        foreach (Rune rune in text[..Math.Min(text.Length, Longest)].EnumerateRunes())
        {
            bool isPlain =
                Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                );
            _ = isPlain ? clean.Append(rune) : clean.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return text.Length <= Longest ? clean.ToString() : clean.Append("...").ToString();
    }
}
