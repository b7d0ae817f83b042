using System.Globalization;
using System.Text;
using System.Text.Json;
using FireAndForget.Messages;

namespace FireAndForget.Topologies;

/// <summary>
/// A topology's text as JSON, token by token: objects whose properties are known, lists, and values of a type and a range. Every
/// complaint knows its line.
/// </summary>
internal ref struct TopologyJson
{
    private const long MaxMilliseconds = 365L * 24 * 60 * 60 * 1000;

    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _json;
    private int _lineKnownAt;

    /// <summary>The text, before its first token.</summary>
    /// <param name="bytes">The text in UTF-8.</param>
    /// <param name="file">The name that errors show.</param>
    public TopologyJson(ReadOnlySpan<byte> bytes, string file)
    {
        // A byte order mark is skipped; it is in no line.
        _bytes = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;
        File = file;
        _json = new(_bytes, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>The name that errors show.</summary>
    public string File { get; }

    /// <summary>What the token is that was read last.</summary>
    public readonly JsonTokenType TokenType => _json.TokenType;

    /// <summary>The line of that token, counted from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>A number, true, false or null as the token stands there, cut.</summary>
    public readonly string RawText
    {
        get
        {
            const int Shown = 40;
            string text = Encoding.UTF8.GetString(_json.ValueSpan);
            return text.Length <= Shown ? text : $"{text[..Shown]}...";
        }
    }

    /// <summary>Goes to the next token.</summary>
    public void Next()
    {
        try
        {
            if (!_json.Read())
            {
                return;
            }
        }
        catch (JsonException e)
        {
            // The JSON reader counts a carriage return that ends a comment as a line of its own, and nobody else does.
            int line = (int)Math.Min(e.LineNumber ?? 0, _bytes.Count((byte)'\n')) + 1;
            throw new TopologyException(File, line, $"{JsonProblem.Of(e)}.", e);
        }

        // From token to token, so that a long file takes no longer for each of its parts.
        int start = (int)_json.TokenStartIndex;
        Line += _bytes[_lineKnownAt..start].Count((byte)'\n');
        _lineKnownAt = start;
    }

    public readonly JsonObjectScope BeginObject(string name) =>
        TokenType == JsonTokenType.StartObject ? new(name, Line) : throw WrongType(name, "an object");

    /// <summary>Goes to the value of an object's next property, which must be one of those that are known, and not be there twice.</summary>
    /// <returns>False at the object's end.</returns>
    public bool NextProperty(ref JsonObjectScope scope, params ReadOnlySpan<string> known)
    {
        Next();
        if (TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        string name = GetString();
        int index = known.IndexOf(name);
        if (index < 0)
        {
            throw Here(
                $"{MessageId.Quote(name)} is no property of {scope.Name}, which has {string.Join(", ", known!)}"
            );
        }

        if (!scope.TryEnter(index, known[index]))
        {
            throw Here($"\"{name}\" stands twice in {scope.Name}; take one of them out");
        }

        Next();
        return true;
    }

    public readonly void BeginArray(string name, string of)
    {
        if (TokenType != JsonTokenType.StartArray)
        {
            throw WrongType(name, $"a list of {of}");
        }
    }

    /// <summary>Goes to a list's next element.</summary>
    /// <returns>False at the list's end.</returns>
    public bool NextElement()
    {
        Next();
        return TokenType != JsonTokenType.EndArray;
    }

    public readonly bool ReadBoolean(string name) =>
        TokenType is JsonTokenType.True or JsonTokenType.False
            ? _json.GetBoolean()
            : throw WrongType(name, "true or false");

    public readonly TimeSpan ReadMilliseconds(string name) =>
        TimeSpan.FromMilliseconds(ReadLong(name, 0, MaxMilliseconds));

    public readonly TimeSpan ReadSeconds(string name)
    {
        const decimal Most = MaxMilliseconds / 1000;
        decimal value = ReadNumber(name);
        return value is >= 0.001m and <= Most
            ? TimeSpan.FromTicks((long)(value * TimeSpan.TicksPerSecond))
            : throw OutOfRange(name, "0.001", Most.ToString(CultureInfo.InvariantCulture));
    }

    public readonly int ReadInt(string name, int least, int most) => (int)ReadLong(name, least, most);

    public readonly long ReadLong(string name, long least, long most)
    {
        decimal value = ReadNumber(name);
        if (value != decimal.Truncate(value))
        {
            throw Here($"{Named(name)} is a whole number; {RawText} is not");
        }

        return value >= least && value <= most
            ? (long)value
            : throw OutOfRange(
                name,
                least.ToString(CultureInfo.InvariantCulture),
                most.ToString(CultureInfo.InvariantCulture)
            );
    }

    public readonly decimal ReadNumber(string name)
    {
        if (TokenType != JsonTokenType.Number)
        {
            throw WrongType(name, "a number");
        }

        // What no decimal holds is out of every range.
        return _json.TryGetDecimal(out decimal value) ? value
            : _json.ValueSpan[0] == '-' ? decimal.MinValue
            : decimal.MaxValue;
    }

    public readonly string ReadString(string name)
    {
        if (TokenType != JsonTokenType.String)
        {
            throw WrongType(name, "a string");
        }

        return GetString();
    }

    /// <summary>A string, or a property's name.</summary>
    public readonly string GetString()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Here("the text is not valid Unicode; save the file as UTF-8", e);
        }
    }

    /// <summary>The complaint that an object lacks a property.</summary>
    public readonly TopologyException Missing(JsonObjectScope scope, string name, string what) =>
        new(File, scope.Line, $"{scope.Name} here has no \"{name}\": {what}.");

    /// <summary>A complaint of what was read last.</summary>
    public readonly TopologyException Here(string problem, Exception? innerException = null) =>
        new(File, Line, $"{problem}.", innerException);

    private readonly TopologyException WrongType(string name, string expected) =>
        Here(
            $"{Named(name)} is {expected}, and here stands "
                + TokenType switch
                {
                    JsonTokenType.StartObject => "an object",
                    JsonTokenType.StartArray => "a list",
                    JsonTokenType.String => "a string",
                    _ => RawText,
                }
        );

    private readonly TopologyException OutOfRange(string name, string least, string most) =>
        Here($"{Named(name)} is {least} to {most}; {RawText} is not");

    private static string Named(string name) => name.Contains(' ', StringComparison.Ordinal) ? name : $"\"{name}\"";
}
