using System.Buffers;
using FireAndForget.Wording;

namespace FireAndForget.Messages;

/// <summary>
/// The form of an id: 1 to 128 characters of <c>a-z</c>, <c>0-9</c>, <c>-</c>, <c>_</c>, <c>.</c>, <c>/</c>, starting
/// with a letter or digit; compared ordinally.
/// </summary>
internal static class MessageId
{
    public const int MaxLength = 128;

    public const string Form = "1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit";

    private const string Characters = "abcdefghijklmnopqrstuvwxyz0123456789-_./";

    private static readonly SearchValues<char> ValidChars = SearchValues.Create(Characters);
    private static readonly SearchValues<byte> ValidBytes = SearchValues.Create(
        System.Text.Encoding.ASCII.GetBytes(Characters)
    );

    public static bool IsValid(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxLength
        && (char.IsAsciiLetterLower(id[0]) || char.IsAsciiDigit(id[0]))
        && !id.ContainsAnyExcept(ValidChars);

    public static bool IsValid(ReadOnlySpan<byte> id) =>
        id.Length is > 0 and <= MaxLength
        && (char.IsAsciiLetterLower((char)id[0]) || char.IsAsciiDigit((char)id[0]))
        && !id.ContainsAnyExcept(ValidBytes);

    /// <summary>Throws an <see cref="ArgumentException"/> that shows the value where it is not an id.</summary>
    public static string Check(string id, string parameter)
    {
        ArgumentNullException.ThrowIfNull(id, parameter);
        return IsValid(id) ? id : throw new ArgumentException($"{Quote(id)} is not an id: an id is {Form}.", parameter);
    }

    /// <summary>A value as an error shows it: cut, and with everything that is not plain ASCII escaped.</summary>
    public static string Quote(ReadOnlySpan<char> value)
    {
        const int Shown = 64;
        var text = new System.Text.StringBuilder("'");
        foreach (char c in value[..Math.Min(value.Length, Shown)])
        {
            _ = c is >= ' ' and <= '~' ? text.Append(c) : text.Append($"\\u{(int)c:x4}");
        }

        return text.Append(value.Length > Shown ? $"...' ({value.Length} characters)" : "'").ToString();
    }
}
