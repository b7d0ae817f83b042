using System.Globalization;
using System.Text;

namespace FireAndForget.Testing;

/// <summary>Messages as text: UTF-8 in quotes, other bytes as hexadecimal digits, long ones cut.</summary>
internal static class MessageText
{
    private const int MostBytes = 200;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public static string Of(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> shown = message[..Math.Min(message.Length, MostBytes)];
        string text = TryDecode(shown, isCut: shown.Length < message.Length) is { } decoded
            ? $"\"{decoded}\""
            : $"0x{Convert.ToHexString(shown)}";
        return shown.Length == message.Length
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text}... ({message.Length} bytes)");
    }

    /// <summary>A text with its control characters escaped, so that it stays on its line.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(IsEscaped))
        {
            return text;
        }

        StringBuilder line = new();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                '"' => line.Append('"'),
                _ when IsEscaped(c) => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => line.Append(c),
            };
        }

        return line.ToString();
    }

    private static string? TryDecode(ReadOnlySpan<byte> bytes, bool isCut)
    {
        // A character that was cut in the middle is left out: there are three bytes of it at most.
        for (int less = 0; less <= (isCut ? 3 : 0) && less <= bytes.Length; less++)
        {
            try
            {
                string text = Strict.GetString(bytes[..(bytes.Length - less)]);
                return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : OneLine(text);
            }
            catch (DecoderFallbackException)
            {
                // The bytes are no text, or are cut in the middle of a character.
            }
        }

        return null;
    }

    private static bool IsEscaped(char c) =>
        char.IsControl(c)
        || char.GetUnicodeCategory(c)
            is UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
