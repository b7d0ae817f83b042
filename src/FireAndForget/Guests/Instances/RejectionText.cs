using System.Text;
using System.Text.Unicode;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Instances;

/// <summary>What a guest says of a message that it rejects: its text, of which the first 1,024 bytes are kept.</summary>
internal static class RejectionText
{
    private const int MostBytes = 1024;

    /// <summary>The text's beginning.</summary>
    /// <exception cref="GuestTrapException">It is not UTF-8.</exception>
    public static string Of(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text)
            ? Encoding.UTF8.GetString(text[..Cut(text)])
            : throw new GuestTrapException("the text with which it rejects a message is not UTF-8");

    /// <summary>The text's beginning; it is valid.</summary>
    public static string Of(string text)
    {
        // No character takes less than a byte.
        byte[] bytes = Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, MostBytes + 2)]);
        return Encoding.UTF8.GetString(bytes, 0, Cut(bytes));
    }

    /// <summary>How many bytes are kept: whole characters.</summary>
    private static int Cut(ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, MostBytes);
        while (length < text.Length && length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
