using System.Globalization;
using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Puts names out of a guest's bytes into messages: bounded, and on one line whatever stands in them.
/// </summary>
internal static class GuestText
{
    private const int LongestName = 120;
    private const int MostNames = 12;

    public static string Quote(string name)
    {
        if (name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return name;
        }

        StringBuilder text = new("\"");
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (text.Length > LongestName)
            {
                text.Append("...");
                break;
            }

            if (Rune.IsLetterOrDigit(rune) || rune.Value is >= ' ' and < 0x7F)
            {
                text.Append(rune.ToString());
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>The names as a list in a sentence: "a, b and c", "nothing" where there is none.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
        {
            return "nothing";
        }

        StringBuilder text = new();
        int at = 0;
        foreach (string name in names)
        {
            if (at == MostNames && names.Count > MostNames)
            {
                return text.Append(CultureInfo.InvariantCulture, $" and {names.Count - at} more").ToString();
            }

            text.Append(
                    at == 0 ? ""
                    : at == names.Count - 1 ? " and "
                    : ", "
                )
                .Append(Quote(name));
            at++;
        }

        return text.ToString();
    }
}
