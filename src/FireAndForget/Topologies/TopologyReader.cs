using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using FireAndForget.Messages;

namespace FireAndForget.Topologies;

/// <summary>A place in a text: line and column, both counted from 1, the column in UTF-16 characters.</summary>
internal readonly record struct TextPosition(int Line, int Column);

/// <summary>
/// Reads a topology's text token by token and collects what is wrong with it: the values of <see cref="TopologyFormat"/> say which
/// tokens they expect, and this knows where they stand. A wrong value is skipped and reading goes on behind it; only what is no
/// JSON ends it. The text is gone through once, whatever is wrong with it.
/// </summary>
internal ref struct TopologyReader
{
    /// <summary>How many mistakes are kept; those beyond are counted.</summary>
    public const int MostMistakes = 1000;

    /// <summary>What stands in a path as it is; anything else is quoted there.</summary>
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_$"
    );

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _file;
    private readonly string _baseFolder;
    private readonly Dictionary<string, (string Owner, int Line)> _ids = new(StringComparer.Ordinal);
    private readonly List<TopologyMistake> _mistakes = [];
    private readonly List<string> _warnings = [];
    private int _mistakeCount;

    /// <summary>The property that is being read, such as <c>components[3].limits</c>.</summary>
    private readonly StringBuilder _path = new();

    private Utf8JsonReader _json;

    /// <summary>The place of a byte that was looked for before, from where the next one is counted.</summary>
    private (int Byte, TextPosition Position) _known = (0, new(1, 1));

    private TopologyReader(ReadOnlySpan<byte> bytes, string file, string baseFolder)
    {
        // A byte order mark is skipped; it is in no line.
        _bytes = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;
        _file = file;
        _baseFolder = baseFolder;
        _json = new(_bytes, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>Reads a topology.</summary>
    /// <param name="bytes">Its text in UTF-8.</param>
    /// <param name="file">The name that errors show.</param>
    /// <param name="baseFolder">The folder from which the components' files are found.</param>
    /// <exception cref="TopologyException">The text is not a topology.</exception>
    public static Topology Read(ReadOnlySpan<byte> bytes, string file, string baseFolder)
    {
        TopologyReader reader = new(bytes, file, baseFolder);
        reader.Next();
        TopologyFormat.Topology.TryRead(ref reader, "the topology", out TopologyDraft? topology);
        // Complains of what stands behind the topology.
        reader.Next();
        return reader._mistakeCount == 0
            ? topology!.Build(baseFolder, reader._warnings)
            : throw reader.Failure(endedBy: null);
    }

    /// <summary>What the token is that was read last.</summary>
    public readonly JsonTokenType TokenType => _json.TokenType;

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

    /// <summary>Where the token stands that was read last.</summary>
    public TextPosition Position()
    {
        ReadOnlySpan<byte> between = _bytes[_known.Byte..(int)_json.TokenStartIndex];
        int lineStart = between.LastIndexOf((byte)'\n') + 1;
        (int line, int column) = _known.Position;
        TextPosition position = new(
            line + between.Count((byte)'\n'),
            (lineStart == 0 ? column : 1) + Encoding.UTF8.GetCharCount(between[lineStart..])
        );
        _known = ((int)_json.TokenStartIndex, position);
        return position;
    }

    /// <summary>Goes into an object or a list; complains of anything else and skips it.</summary>
    public bool TryBegin(JsonTokenType start, string name, string expected) =>
        TokenType == start || ComplainOfType(name, expected);

    /// <summary>Goes to a list's next element.</summary>
    /// <returns>False at the list's end.</returns>
    public bool NextItem()
    {
        Next();
        return TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Goes to the name of an object's next property.</summary>
    /// <returns>False at the object's end.</returns>
    public bool NextProperty([NotNullWhen(true)] out string? name)
    {
        Next();
        while (TokenType == JsonTokenType.PropertyName)
        {
            if (TryGetText(out name))
            {
                return true;
            }

            Skip();
            Next();
        }

        name = null;
        return false;
    }

    /// <summary>Goes to the value of the property whose name was read last.</summary>
    public void NextValue() => Next();

    public bool TryReadText(string name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return TokenType == JsonTokenType.String ? TryGetText(out text) : ComplainOfType(name, "a string");
    }

    public bool TryReadNumber(string name, out decimal number)
    {
        number = 0;
        if (TokenType != JsonTokenType.Number)
        {
            return ComplainOfType(name, "a number");
        }

        // What no decimal holds is out of every range.
        if (!_json.TryGetDecimal(out number))
        {
            number = _json.ValueSpan[0] == '-' ? decimal.MinValue : decimal.MaxValue;
        }

        return true;
    }

    /// <summary>Complains of the type of a value, and skips it.</summary>
    /// <returns>False.</returns>
    public bool ComplainOfType(string name, string expected)
    {
        string found = TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.String => "a string",
            _ => RawText,
        };
        Complain($"{name} is {expected}, and here stands {found}");
        Skip();
        return false;
    }

    /// <summary>Complains of the token that was read last.</summary>
    /// <returns>False.</returns>
    public bool Complain(string problem) => Complain(Position(), problem);

    /// <summary>Complains of a place.</summary>
    /// <returns>False.</returns>
    public bool Complain(TextPosition position, string problem)
    {
        // The one behind the last that is shown is kept too: it says how many there are.
        if (_mistakeCount++ <= MostMistakes)
        {
            _mistakes.Add(new(position, _path.ToString(), $"{problem}."));
        }

        return false;
    }

    /// <summary>Goes to the end of a value, or of the value of the property whose name was read last.</summary>
    public void Skip()
    {
        try
        {
            _json.Skip();
        }
        catch (JsonException e)
        {
            throw Failure(e);
        }
    }

    /// <summary>Adds a property to the path that mistakes have.</summary>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public readonly int Enter(string property)
    {
        int length = _path.Length;
        bool isPlain = property.Length <= 64 && !property.AsSpan().ContainsAnyExcept(PlainCharacters);
        _ = isPlain
            ? _path.Append(length == 0 ? "" : ".").Append(property)
            : _path.Append($"[{MessageId.Quote(property)}]");
        return length;
    }

    /// <summary>Adds a list's element to the path that mistakes have.</summary>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public readonly int Enter(int index)
    {
        int length = _path.Length;
        _path.Append('[').Append(index).Append(']');
        return length;
    }

    /// <summary>Goes back to the path before.</summary>
    public readonly void Leave(int length) => _path.Length = length;

    /// <summary>Takes an id that no other part has.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? TakeId(string id, string owner)
    {
        if (!MessageId.IsValid(id))
        {
            return $"{MessageId.Quote(id)} is not an id: an id is {MessageId.Form}";
        }

        return _ids.TryAdd(id, (owner, Position().Line))
            ? null
            : $"'{id}' is the id of {_ids[id].Owner} in line {_ids[id].Line} already; give each part an id of its own";
    }

    /// <summary>Warns of a path that leads out of the topology's folder.</summary>
    public void WarnWhereOutside(string path, string consequence)
    {
        string folder = Path.GetFullPath(_baseFolder.Length == 0 ? "." : _baseFolder);
        string relative = Path.GetRelativePath(folder, Path.Combine(folder, path));
        if (relative.Split(Path.DirectorySeparatorChar)[0] == ".." || Path.IsPathRooted(relative))
        {
            string problem = $"the path {MessageId.Quote(path)} leads out of the topology's folder; {consequence}.";
            _warnings.Add($"{_file}, {new TopologyMistake(Position(), _path.ToString(), problem)}");
        }
    }

    private void Next()
    {
        try
        {
            _json.Read();
        }
        catch (JsonException e)
        {
            throw Failure(e);
        }
    }

    /// <summary>A string, or a property's name.</summary>
    private bool TryGetText([NotNullWhen(true)] out string? text)
    {
        try
        {
            text = _json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return Complain("the text is not valid Unicode; save the file as UTF-8");
        }
    }

    /// <summary>All that is wrong, in the file's order.</summary>
    /// <param name="endedBy">What ended the reading before the text's end; null: nothing did.</param>
    private TopologyException Failure(JsonException? endedBy)
    {
        if (endedBy is not null)
        {
            Complain(PositionOf(endedBy), JsonProblem.Of(endedBy));
        }

        // What an object lacks is found at its end and stands where it starts.
        List<TopologyMistake> sorted = [.. _mistakes.Take(MostMistakes).OrderBy(m => m.Line).ThenBy(m => m.Column)];
        if (_mistakeCount > MostMistakes)
        {
            TopologyMistake next = _mistakes[^1];
            int more = _mistakeCount - MostMistakes;
            sorted.Add(new(new(next.Line, next.Column), "", $"and {more} more from here on; mend the others first."));
        }

        return new(_file, sorted, endedBy);
    }

    private readonly TextPosition PositionOf(JsonException error)
    {
        // The JSON reader counts a carriage return that ends a comment as a line of its own, and nobody else does.
        int lines = (int)Math.Min(error.LineNumber ?? 0, _bytes.Count((byte)'\n'));
        ReadOnlySpan<byte> line = _bytes;
        for (int i = 0; i < lines; i++)
        {
            line = line[(line.IndexOf((byte)'\n') + 1)..];
        }

        int end = line.IndexOf((byte)'\n');
        int column = (int)Math.Min(error.BytePositionInLine ?? 0, end < 0 ? line.Length : end);
        return new(lines + 1, Encoding.UTF8.GetCharCount(line[..column]) + 1);
    }
}
