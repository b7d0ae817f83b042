using System.Buffers;
using System.Globalization;
using System.Text;

namespace FireAndForget.Wording;

/// <summary>
/// Text of others (files, guests, messages, topologies) as a terminal or a log may hold it. What a terminal obeys, and what
/// hides, reorders or breaks text, is written as <c>\u001b</c>; everything else stays as it is.
/// </summary>
internal static class PlainText
{
    private static readonly SearchValues<char> Ascii = SearchValues.Create([
        .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c),
    ]);

    /// <summary>
    /// Whether a character only shows itself: no control character (C0, DEL, C1), no formatting character (bidirectional marks,
    /// zero width), no line separator, and none whose look nobody knows.
    /// </summary>
    public static bool IsPlain(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );

    /// <summary>The text in one line, with <c>\u</c> and four or more hexadecimal digits for each character that is not plain.</summary>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Ascii))
        {
            return text;
        }

        StringBuilder plain = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = IsPlain(rune) ? plain.Append(rune) : plain.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return plain.ToString();
    }

    /// <summary>As <see cref="Escape"/>, with every run of white space, such as the end of a line, as one space.</summary>
    public static string OneLine(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                line.Append(c);
            }
            else if (line.Length != 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return Escape(line.ToString().TrimEnd());
    }
}
