using System.Globalization;
using System.Text.Json;

namespace FireAndForget;

/// <summary>
/// Reads a topology, token by token, so that every complaint knows its line. It accepts nothing that it does not know: each
/// property is read by name, once, with its type and its range, which are those of the options.
/// </summary>
internal ref struct TopologyReader
{
    private const long MaxMilliseconds = 365L * 24 * 60 * 60 * 1000;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _file;
    private readonly string _baseFolder;
    private readonly Dictionary<string, (string Kind, int Line)> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    /// <summary>Components with the same path have the same source, which is then read once.</summary>
    private readonly Dictionary<string, ComponentSource> _sources = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;
    private int _line = 1;
    private int _lineKnownAt;

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
    public static Topology Read(ReadOnlySpan<byte> bytes, string file, string baseFolder) =>
        new TopologyReader(bytes, file, baseFolder).ReadTopology();

    private Topology ReadTopology()
    {
        List<TopologyComponent> components = [];
        List<string> endpoints = [];
        Next();
        JsonObjectScope topology = BeginObject("the topology");
        while (NextProperty(ref topology, "components", "endpoints"))
        {
            if (topology.Property == "components")
            {
                BeginArray("components", "components");
                while (NextElement())
                {
                    components.Add(ReadComponent());
                }
            }
            else
            {
                BeginArray("endpoints", "ids");
                while (NextElement())
                {
                    endpoints.Add(ReadId("an endpoint"));
                }
            }
        }

        // Complains of what stands behind the topology.
        Next();
        return new(components, endpoints, _warnings);
    }

    private TopologyComponent ReadComponent()
    {
        string? id = null;
        string? path = null;
        ComponentOptions options = new();
        JsonObjectScope component = BeginObject("a component");
        while (
            NextProperty(
                ref component,
                "id",
                "path",
                "sends-to",
                "receives-from",
                "codecs",
                "max-message-bytes",
                "mailbox",
                "limits",
                "rate",
                "quota",
                "restart",
                "wasi"
            )
        )
        {
            string name = component.Property;
            switch (name)
            {
                case "id":
                    id = ReadId("a component");
                    break;
                case "path":
                    path = ReadPath();
                    break;
                case "sends-to":
                    options = options with { SendsTo = ReadPatterns(name) };
                    break;
                case "receives-from":
                    options = options with { ReceivesFrom = ReadPatterns(name) };
                    break;
                case "codecs":
                    options = options with { Codecs = ReadCodecs() };
                    break;
                case "max-message-bytes":
                    options = options with { MaxMessageBytes = ReadInt(name, 0, MailboxOptions.MaxBytes) };
                    break;
                case "mailbox":
                    options = options with { Mailbox = ReadMailbox() };
                    break;
                case "limits":
                    options = options with { Limits = ReadLimits() };
                    break;
                case "rate":
                    options = options with { Rate = ReadRate() };
                    break;
                case "quota":
                    options = options with { Quota = ReadQuota() };
                    break;
                case "wasi":
                    options = options with { Wasi = ReadWasi() };
                    break;
                default:
                    options = options with { Restart = ReadRestart() };
                    break;
            }
        }

        string file = path ?? throw Missing(component, "path", "the component's file, .wasm or .wat");
        return new(
            id ?? throw Missing(component, "id", "the name under which others send to it"),
            SourceOf(Path.Combine(_baseFolder, file)),
            options
        );
    }

    private readonly ComponentSource SourceOf(string path)
    {
        if (!_sources.TryGetValue(path, out ComponentSource? source))
        {
            source = ComponentSource.FromFile(path);
            _sources.Add(path, source);
        }

        return source;
    }

    private MailboxOptions ReadMailbox()
    {
        MailboxOptions options = new();
        JsonObjectScope mailbox = BeginObject("mailbox");
        while (NextProperty(ref mailbox, "messages", "bytes", "when-full"))
        {
            string name = mailbox.Property;
            options = name switch
            {
                "messages" => options with { Messages = ReadInt(name, 1, MailboxOptions.MaxMessages) },
                "bytes" => options with { Bytes = ReadInt(name, 1, MailboxOptions.MaxBytes) },
                _ => options with { WhenFull = ReadWhenFull() },
            };
        }

        return options;
    }

    private LimitOptions ReadLimits()
    {
        LimitOptions options = new();
        JsonObjectScope limits = BeginObject("limits");
        while (NextProperty(ref limits, "message-ms", "load-ms", "memory-bytes", "table-elements"))
        {
            string name = limits.Property;
            options = name switch
            {
                "message-ms" => options with { MessageTime = ReadMilliseconds(name) },
                "load-ms" => options with { LoadTime = ReadMilliseconds(name) },
                "memory-bytes" => options with { MemoryBytes = ReadLong(name, 0, long.MaxValue) },
                _ => options with { TableElements = ReadLong(name, 0, uint.MaxValue) },
            };
        }

        return options;
    }

    private RateOptions ReadRate()
    {
        const int MaxMessages = 1_000_000_000;
        double? messagesPerSecond = null;
        int burst = 1;
        JsonObjectScope rate = BeginObject("rate");
        while (NextProperty(ref rate, "messages-per-second", "burst"))
        {
            string name = rate.Property;
            if (name == "burst")
            {
                burst = ReadInt(name, 1, MaxMessages);
            }
            else
            {
                decimal value = ReadNumber(name);
                messagesPerSecond = value is > 0 and <= MaxMessages
                    ? (double)value
                    : throw Here(
                        $"\"{name}\" is more than 0 and at most {MaxMessages}; {RawText} is not. "
                            + "Leave \"rate\" out for no limit"
                    );
            }
        }

        return new()
        {
            MessagesPerSecond =
                messagesPerSecond ?? throw Missing(rate, "messages-per-second", "how many it may send on average"),
            Burst = burst,
        };
    }

    private QuotaOptions ReadQuota()
    {
        QuotaOptions options = new();
        JsonObjectScope quota = BeginObject("quota");
        while (NextProperty(ref quota, "messages", "bytes", "window-seconds"))
        {
            string name = quota.Property;
            options = name switch
            {
                "messages" => options with { Messages = ReadLong(name, 0, long.MaxValue) },
                "bytes" => options with { Bytes = ReadLong(name, 0, long.MaxValue) },
                _ => options with { Window = ReadSeconds(name) },
            };
        }

        return options;
    }

    private RestartOptions ReadRestart()
    {
        RestartOptions options = new();
        JsonObjectScope restart = BeginObject("restart");
        while (NextProperty(ref restart, "max", "window-seconds", "pause-ms"))
        {
            string name = restart.Property;
            options = name switch
            {
                "max" => options with { Max = ReadInt(name, 0, int.MaxValue) },
                "window-seconds" => options with { Window = ReadSeconds(name) },
                _ => options with { Pause = ReadMilliseconds(name) },
            };
        }

        return options;
    }

    private WasiOptions ReadWasi()
    {
        WasiOptions options = new();
        JsonObjectScope wasi = BeginObject("wasi");
        while (NextProperty(ref wasi, "environment", "arguments", "directories"))
        {
            string name = wasi.Property;
            options = name switch
            {
                "environment" => options with { Environment = ReadEnvironment() },
                "arguments" => options with { Arguments = ReadArguments() },
                _ => options with { Directories = ReadDirectories() },
            };
        }

        return options;
    }

    private List<WasiDirectory> ReadDirectories()
    {
        List<WasiDirectory> directories = [];
        BeginArray("directories", "objects");
        while (NextElement())
        {
            WasiDirectory directory = ReadDirectory();
            if (directories.Exists(other => other.Guest == directory.Guest))
            {
                throw Here(
                    $"{MessageId.Quote(directory.Guest)} is the \"guest\" of two directories; change one of them"
                );
            }

            directories.Add(directory);
        }

        return directories;
    }

    private Dictionary<string, string> ReadEnvironment()
    {
        Dictionary<string, string> environment = [];
        _ = BeginObject("environment");
        for (Next(); _json.TokenType != JsonTokenType.EndObject; Next())
        {
            string name = GetString();
            Next();
            string value = ReadString("an environment variable");
            if (WasiOptions.VariableProblem(name, value) is { } problem)
            {
                throw Here(problem);
            }

            if (!environment.TryAdd(name, value))
            {
                throw Here($"{MessageId.Quote(name)} stands twice in environment; take one of them out");
            }
        }

        return environment;
    }

    private List<string> ReadArguments()
    {
        List<string> arguments = [];
        BeginArray("arguments", "strings");
        while (NextElement())
        {
            string argument = ReadString("an argument");
            if (WasiOptions.ArgumentProblem(argument) is { } problem)
            {
                throw Here(problem);
            }

            arguments.Add(argument);
        }

        return arguments;
    }

    private WasiDirectory ReadDirectory()
    {
        string? host = null;
        string? guest = null;
        bool write = false;
        JsonObjectScope directory = BeginObject("a directory");
        while (NextProperty(ref directory, "host", "guest", "write"))
        {
            switch (directory.Property)
            {
                case "host":
                    host = ReadFolder("host");
                    WarnWhereOutside(host, "the component is granted what lies there");
                    host = Path.Combine(_baseFolder, host);
                    break;
                case "guest":
                    guest = ReadFolder("guest");
                    break;
                default:
                    write = ReadBoolean("write");
                    break;
            }
        }

        return new()
        {
            Host = host ?? throw Missing(directory, "host", "the folder, relative to the topology's"),
            Guest = guest ?? throw Missing(directory, "guest", "the path under which the component finds it"),
            Write = write,
        };
    }

    private readonly string ReadFolder(string name)
    {
        string path = ReadString(name);
        return WasiDirectory.PathProblem(path, name) is { } problem ? throw Here(problem) : path;
    }

    private readonly bool ReadBoolean(string name) =>
        _json.TokenType is JsonTokenType.True or JsonTokenType.False
            ? _json.GetBoolean()
            : throw WrongType(name, "true or false");

    private readonly string ReadPath()
    {
        string path = ReadString("path");
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Here("\"path\" is the component's file, .wasm or .wat, relative to the topology's folder");
        }

        WarnWhereOutside(path, "the component is loaded from there");
        return path;
    }

    private readonly void WarnWhereOutside(string path, string consequence)
    {
        string folder = Path.GetFullPath(_baseFolder.Length == 0 ? "." : _baseFolder);
        string relative = Path.GetRelativePath(folder, Path.Combine(folder, path));
        if (relative.Split(Path.DirectorySeparatorChar)[0] == ".." || Path.IsPathRooted(relative))
        {
            _warnings.Add(
                $"{_file}, line {Line}: the path {MessageId.Quote(path)} leads out of the topology's folder; "
                    + $"{consequence}."
            );
        }
    }

    /// <summary>Reads an id and keeps it: no two parts have the same.</summary>
    private readonly string ReadId(string kind)
    {
        string id = ReadString("an id");
        if (!MessageId.IsValid(id))
        {
            throw Here($"{MessageId.Quote(id)} is not an id: an id is {MessageId.Form}");
        }

        if (_ids.TryGetValue(id, out (string Kind, int Line) other))
        {
            throw Here(
                $"'{id}' is the id of {other.Kind} in line {other.Line} already; give each part an id of its own"
            );
        }

        _ids.Add(id, (kind, Line));
        return id;
    }

    private List<string> ReadPatterns(string name)
    {
        List<string> patterns = [];
        BeginArray(name, "ids and patterns");
        while (NextElement())
        {
            string pattern = ReadString("a pattern");
            if (!CapabilityPattern.TryParse(pattern, out _))
            {
                throw Here(
                    $"{MessageId.Quote(pattern)} in \"{name}\" is not a pattern: a pattern is an id ({MessageId.Form}), "
                        + "or a prefix of one followed by '*'"
                );
            }

            patterns.Add(pattern);
        }

        return patterns;
    }

    private List<MessageCodec> ReadCodecs()
    {
        List<MessageCodec> codecs = [];
        BeginArray("codecs", "names and numbers");
        while (NextElement())
        {
            if (_json.TokenType != JsonTokenType.String)
            {
                codecs.Add(new((ulong)ReadLong("a codec", 0, (long)Varint.MaxValue)));
            }
            else if (MessageCodec.TryParse(ReadString("a codec"), out MessageCodec codec))
            {
                codecs.Add(codec);
            }
            else
            {
                throw Here(
                    $"{MessageId.Quote(ReadString("a codec"))} is no codec's name (raw, cbor, protobuf, json, messagepack, "
                        + "borsh, bincode); give any other as its multicodec number"
                );
            }
        }

        return codecs;
    }

    private readonly WhenFull ReadWhenFull() =>
        ReadString("when-full") switch
        {
            "refuse" => WhenFull.Refuse,
            "drop-oldest" => WhenFull.DropOldest,
            string other => throw Here(
                $"\"when-full\" is \"refuse\" or \"drop-oldest\"; {MessageId.Quote(other)} is neither"
            ),
        };

    private readonly TimeSpan ReadMilliseconds(string name) =>
        TimeSpan.FromMilliseconds(ReadLong(name, 0, MaxMilliseconds));

    private readonly TimeSpan ReadSeconds(string name)
    {
        const decimal Most = MaxMilliseconds / 1000;
        decimal value = ReadNumber(name);
        return value is >= 0.001m and <= Most
            ? TimeSpan.FromTicks((long)(value * TimeSpan.TicksPerSecond))
            : throw OutOfRange(name, "0.001", Most.ToString(CultureInfo.InvariantCulture));
    }

    private readonly int ReadInt(string name, int least, int most) => (int)ReadLong(name, least, most);

    private readonly long ReadLong(string name, long least, long most)
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

    private readonly decimal ReadNumber(string name)
    {
        if (_json.TokenType != JsonTokenType.Number)
        {
            throw WrongType(name, "a number");
        }

        // What no decimal holds is out of every range.
        return _json.TryGetDecimal(out decimal value) ? value
            : _json.ValueSpan[0] == '-' ? decimal.MinValue
            : decimal.MaxValue;
    }

    private readonly string ReadString(string name)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            throw WrongType(name, "a string");
        }

        return GetString();
    }

    private readonly string GetString()
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

    private readonly JsonObjectScope BeginObject(string name) =>
        _json.TokenType == JsonTokenType.StartObject ? new(name, Line) : throw WrongType(name, "an object");

    /// <summary>Goes to the value of an object's next property, which must be one of those that are known, and not be there twice.</summary>
    /// <returns>False at the object's end.</returns>
    private bool NextProperty(ref JsonObjectScope scope, params ReadOnlySpan<string> known)
    {
        Next();
        if (_json.TokenType == JsonTokenType.EndObject)
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

    private readonly void BeginArray(string name, string of)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            throw WrongType(name, $"a list of {of}");
        }
    }

    /// <summary>Goes to a list's next element.</summary>
    /// <returns>False at the list's end.</returns>
    private bool NextElement()
    {
        Next();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    private void Next()
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
            throw new TopologyException(_file, line, $"{JsonProblem.Of(e)}.", e);
        }

        // From token to token, so that a long file takes no longer for each of its parts.
        int start = (int)_json.TokenStartIndex;
        _line += _bytes[_lineKnownAt..start].Count((byte)'\n');
        _lineKnownAt = start;
    }

    private readonly TopologyException Missing(JsonObjectScope scope, string name, string what) =>
        new(_file, scope.Line, $"{scope.Name} here has no \"{name}\": {what}.");

    private readonly TopologyException WrongType(string name, string expected) =>
        Here(
            $"{Named(name)} is {expected}, and here stands "
                + _json.TokenType switch
                {
                    JsonTokenType.StartObject => "an object",
                    JsonTokenType.StartArray => "a list",
                    JsonTokenType.String => "a string",
                    _ => RawText,
                }
        );

    private readonly TopologyException OutOfRange(string name, string least, string most) =>
        Here($"{Named(name)} is {least} to {most}; {RawText} is not");

    private readonly TopologyException Here(string problem, Exception? innerException = null) =>
        new(_file, Line, $"{problem}.", innerException);

    /// <summary>The line of the token that was read last, counted from 1.</summary>
    private readonly int Line => _line;

    /// <summary>A number, true, false or null as it stands there, cut.</summary>
    private readonly string RawText
    {
        get
        {
            const int Shown = 40;
            string text = System.Text.Encoding.UTF8.GetString(_json.ValueSpan);
            return text.Length <= Shown ? text : $"{text[..Shown]}...";
        }
    }

    private static string Named(string name) => name.Contains(' ', StringComparison.Ordinal) ? name : $"\"{name}\"";
}
