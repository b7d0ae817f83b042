namespace FireAndForget.Messages;

/// <summary>A capability pattern: an id, or a prefix of one followed by <c>*</c>; <c>*</c> alone matches every id.</summary>
internal readonly record struct CapabilityPattern
{
    private readonly string _text;
    private readonly bool _isPrefix;

    private CapabilityPattern(string text, bool isPrefix)
    {
        _text = text;
        _isPrefix = isPrefix;
    }

    /// <summary>The id, or the prefix without its <c>*</c>.</summary>
    public string Text => _text;

    /// <summary>Whether it matches every id that starts with the text.</summary>
    public bool IsPrefix => _isPrefix;

    public static bool TryParse(string? pattern, out CapabilityPattern parsed)
    {
        bool isPrefix = pattern is not null && pattern.EndsWith('*');
        string text = isPrefix ? pattern![..^1] : pattern ?? "";
        bool valid = isPrefix && text.Length == 0 || MessageId.IsValid(text);
        parsed = valid ? new(text, isPrefix) : default;
        return valid;
    }

    /// <summary>Throws an <see cref="ArgumentException"/> that shows the value where it is not a pattern.</summary>
    public static CapabilityPattern Parse(string? pattern, string name) =>
        TryParse(pattern, out CapabilityPattern parsed) ? parsed : throw Invalid(pattern, name);

    public static CapabilityPattern[] ParseAll(IEnumerable<string> patterns) =>
        [.. patterns.Select(p => Parse(p, nameof(patterns)))];

    /// <summary>A copy of the list where every pattern is one; throws and names the first that is not.</summary>
    public static IList<string> CheckAll(IEnumerable<string> patterns, string name)
    {
        List<string> copy = [.. patterns];
        foreach (string pattern in copy)
        {
            Parse(pattern, name);
        }

        return copy;
    }

    public bool Matches(string id) =>
        _isPrefix ? id.StartsWith(_text, StringComparison.Ordinal) : string.Equals(id, _text, StringComparison.Ordinal);

    /// <summary>The pattern as it is written.</summary>
    public override string ToString() => _isPrefix ? $"{_text}*" : _text;

    public static bool AnyMatches(CapabilityPattern[] patterns, string id)
    {
        foreach (CapabilityPattern pattern in patterns)
        {
            if (pattern.Matches(id))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one of them matches every id.</summary>
    public static bool AnyMatchesAll(CapabilityPattern[] patterns)
    {
        foreach (CapabilityPattern pattern in patterns)
        {
            if (pattern._isPrefix && pattern._text.Length == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ArgumentException Invalid(string? pattern, string name) =>
        new(
            $"{(pattern is null ? "null" : MessageId.Quote(pattern))} in {name} is not a pattern: a pattern is an id "
                + $"({MessageId.Form}), or a prefix of one followed by '*'.",
            name
        );
}
