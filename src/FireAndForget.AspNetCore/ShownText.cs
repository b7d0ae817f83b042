namespace FireAndForget.AspNetCore;

/// <summary>Keeps texts that guests choose short, so that what is sent to a page has a bound.</summary>
internal static class ShownText
{
    /// <summary>The text, or its beginning with an ellipsis behind it.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        // Half of a surrogate pair is no text.
        int length = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return $"{text[..length]}…";
    }
}
