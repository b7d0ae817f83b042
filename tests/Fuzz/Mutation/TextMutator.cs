using System.Text;

namespace FireAndForget.Tests.Fuzz.Mutation;

/// <summary>
/// Changes text that is made of words, numbers and forms in brackets, such as WAT and JSON, so that most of it stays well formed.
/// </summary>
internal static class TextMutator
{
    private static readonly string[] Numbers =
    [
        "0",
        "1",
        "-1",
        "2",
        "7",
        "16",
        "127",
        "128",
        "255",
        "1024",
        "65535",
        "65536",
        "65537",
        "1048576",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "18446744073709551615",
        "99999999999999999999999999",
        "1e400",
        "0.5",
        "-0",
    ];

    /// <summary>The text with one change.</summary>
    /// <param name="bytes">The text in UTF-8; it stays as it is.</param>
    /// <param name="other">A text of the same kind, from which words and forms may come.</param>
    /// <param name="random">Decides which.</param>
    public static byte[] Mutate(byte[] bytes, byte[] other, Randomness random)
    {
        Range part;
        Range second;
        ReadOnlySpan<byte> text = bytes;
        switch (random.Below(8))
        {
            case 0 or 1 when TryFindNumber(text, random, out part):
                return Replace(bytes, part, Encoding.ASCII.GetBytes(random.Of(Numbers)));
            case 2 when TryFindWord(text, random, out part) && TryFindWord(other, random, out second):
                return Replace(bytes, part, other[second]);
            case 3 when TryFindForm(text, random, out part):
                return Replace(bytes, part, []);
            case 4 when TryFindForm(text, random, out part):
                return Replace(bytes, part.End..part.End, bytes[part]);
            case 5 when TryFindForm(text, random, out part) && TryFindForm(text, random, out second):
                return Replace(bytes, part, bytes[second]);
            case 6 when TryFindForm(text, random, out part) && TryFindForm(other, random, out second):
                return Replace(bytes, random.OneIn(2) ? part : part.End..part.End, other[second]);
            default:
                return ByteMutator.Mutate(bytes, other, random);
        }
    }

    private static byte[] Replace(byte[] bytes, Range part, ReadOnlySpan<byte> replacement) =>
        [.. bytes.AsSpan(..part.Start), .. replacement, .. bytes.AsSpan(part.End..)];

    private static bool TryFindNumber(ReadOnlySpan<byte> text, Randomness random, out Range part)
    {
        int start = text.IsEmpty ? -1 : IndexFrom(text, random.Below(text.Length), "0123456789"u8);
        int end = start;
        while (end >= 0 && end < text.Length && IsWord(text[end]))
        {
            end++;
        }

        part = start < 0 ? default : start..end;
        return start >= 0;
    }

    private static bool TryFindWord(ReadOnlySpan<byte> text, Randomness random, out Range part)
    {
        int start = text.IsEmpty ? 0 : random.Below(text.Length);
        while (start < text.Length && !IsWord(text[start]))
        {
            start++;
        }

        int end = start;
        while (end < text.Length && IsWord(text[end]))
        {
            end++;
        }

        part = start..end;
        return start < end;
    }

    private static bool TryFindForm(ReadOnlySpan<byte> text, Randomness random, out Range part)
    {
        part = default;
        int start = text.IsEmpty ? -1 : IndexFrom(text, random.Below(text.Length), "([{"u8);
        int depth = 0;
        for (int i = start; i >= 0 && i < text.Length; i++)
        {
            depth +=
                text[i] is (byte)'(' or (byte)'[' or (byte)'{' ? 1
                : text[i] is (byte)')' or (byte)']' or (byte)'}' ? -1
                : 0;
            if (depth == 0)
            {
                part = start..(i + 1);
                return true;
            }
        }

        return false;
    }

    private static int IndexFrom(ReadOnlySpan<byte> text, int from, ReadOnlySpan<byte> any)
    {
        int index = text[from..].IndexOfAny(any);
        return index < 0 ? text.IndexOfAny(any) : from + index;
    }

    private static bool IsWord(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'$' or (byte)'+';
}
