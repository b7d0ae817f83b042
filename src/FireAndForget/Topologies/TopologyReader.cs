using System.Text.Json;
using FireAndForget.Guests.Instances;
using FireAndForget.Messages;

namespace FireAndForget.Topologies;

/// <summary>
/// Reads a topology: which parts it has, and what each may say. It accepts nothing that it does not know: each property is read by
/// name, once, with its type and its range, which are those of the options.
/// </summary>
internal ref struct TopologyReader
{
    private readonly string _baseFolder;
    private readonly Dictionary<string, (string Kind, int Line)> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    /// <summary>Components with the same path have the same source, which is then read once.</summary>
    private readonly Dictionary<string, ComponentSource> _sources = new(StringComparer.Ordinal);
    private TopologyJson _json;

    private TopologyReader(ReadOnlySpan<byte> bytes, string file, string baseFolder)
    {
        _json = new(bytes, file);
        _baseFolder = baseFolder;
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
        _json.Next();
        JsonObjectScope topology = _json.BeginObject("the topology");
        while (_json.NextProperty(ref topology, "components", "endpoints"))
        {
            if (topology.Property == "components")
            {
                _json.BeginArray("components", "components");
                while (_json.NextElement())
                {
                    components.Add(ReadComponent());
                }
            }
            else
            {
                _json.BeginArray("endpoints", "ids");
                while (_json.NextElement())
                {
                    endpoints.Add(ReadId("an endpoint"));
                }
            }
        }

        // Complains of what stands behind the topology.
        _json.Next();
        return new(components, endpoints, _warnings);
    }

    private TopologyComponent ReadComponent()
    {
        string? id = null;
        string? path = null;
        ComponentOptions options = new();
        JsonObjectScope component = _json.BeginObject("a component");
        while (
            _json.NextProperty(
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
                    options.SendsTo = ReadPatterns(name);
                    break;
                case "receives-from":
                    options.ReceivesFrom = [.. ReadPatterns(name)];
                    break;
                case "codecs":
                    options.Codecs = [.. ReadCodecs()];
                    break;
                case "max-message-bytes":
                    options.MaxMessageBytes = _json.ReadInt(name, 0, MailboxOptions.MaxBytes);
                    break;
                case "mailbox":
                    options.Mailbox = ReadMailbox();
                    break;
                case "limits":
                    options.Limits = ReadLimits();
                    break;
                case "rate":
                    options.Rate = ReadRate();
                    break;
                case "quota":
                    options.Quota = ReadQuota();
                    break;
                case "wasi":
                    options.Wasi = ReadWasi();
                    break;
                default:
                    options.Restart = ReadRestart();
                    break;
            }
        }

        string file = path ?? throw _json.Missing(component, "path", "the component's file, .wasm or .wat");
        return new(
            id ?? throw _json.Missing(component, "id", "the name under which others send to it"),
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
        JsonObjectScope mailbox = _json.BeginObject("mailbox");
        while (_json.NextProperty(ref mailbox, "messages", "bytes", "when-full"))
        {
            string name = mailbox.Property;
            switch (name)
            {
                case "messages":
                    options.Messages = _json.ReadInt(name, 1, MailboxOptions.MaxMessages);
                    break;
                case "bytes":
                    options.Bytes = _json.ReadInt(name, 1, MailboxOptions.MaxBytes);
                    break;
                default:
                    options.OverflowPolicy = ReadWhenFull();
                    break;
            }
        }

        return options;
    }

    private LimitOptions ReadLimits()
    {
        LimitOptions options = new();
        JsonObjectScope limits = _json.BeginObject("limits");
        while (
            _json.NextProperty(
                ref limits,
                "message-ms",
                "load-ms",
                "memory-bytes",
                "table-elements",
                "open-files",
                "output-bytes-per-second"
            )
        )
        {
            string name = limits.Property;
            switch (name)
            {
                case "message-ms":
                    options.MessageTimeout = _json.ReadMilliseconds(name);
                    break;
                case "load-ms":
                    options.LoadTimeout = _json.ReadMilliseconds(name);
                    break;
                case "memory-bytes":
                    options.MemoryBytes = _json.ReadLong(name, 0, long.MaxValue);
                    break;
                case "table-elements":
                    options.TableElements = _json.ReadLong(name, 0, uint.MaxValue);
                    break;
                case "open-files":
                    options.OpenFiles = (int)_json.ReadLong(name, 0, LimitOptions.MostOpenFiles);
                    break;
                default:
                    options.OutputBytesPerSecond = _json.ReadLong(name, 0, long.MaxValue);
                    break;
            }
        }

        return options;
    }

    private RateOptions ReadRate()
    {
        const int MaxMessages = 1_000_000_000;
        double? messagesPerSecond = null;
        int burst = 1;
        JsonObjectScope rate = _json.BeginObject("rate");
        while (_json.NextProperty(ref rate, "messages-per-second", "burst"))
        {
            string name = rate.Property;
            if (name == "burst")
            {
                burst = _json.ReadInt(name, 1, MaxMessages);
            }
            else
            {
                decimal value = _json.ReadNumber(name);
                messagesPerSecond = value is > 0 and <= MaxMessages
                    ? (double)value
                    : throw _json.Here(
                        $"\"{name}\" is more than 0 and at most {MaxMessages}; {_json.RawText} is not. "
                            + "Leave \"rate\" out for no limit"
                    );
            }
        }

        return new()
        {
            MessagesPerSecond =
                messagesPerSecond
                ?? throw _json.Missing(rate, "messages-per-second", "how many it may send on average"),
            Burst = burst,
        };
    }

    private QuotaOptions ReadQuota()
    {
        QuotaOptions options = new();
        JsonObjectScope quota = _json.BeginObject("quota");
        while (_json.NextProperty(ref quota, "messages", "bytes", "window-seconds"))
        {
            string name = quota.Property;
            switch (name)
            {
                case "messages":
                    options.Messages = _json.ReadLong(name, 0, long.MaxValue);
                    break;
                case "bytes":
                    options.Bytes = _json.ReadLong(name, 0, long.MaxValue);
                    break;
                default:
                    options.Window = _json.ReadSeconds(name);
                    break;
            }
        }

        return options;
    }

    private RestartOptions ReadRestart()
    {
        RestartOptions options = new();
        JsonObjectScope restart = _json.BeginObject("restart");
        while (_json.NextProperty(ref restart, "max", "window-seconds", "pause-ms"))
        {
            string name = restart.Property;
            switch (name)
            {
                case "max":
                    options.Max = _json.ReadInt(name, 0, int.MaxValue);
                    break;
                case "window-seconds":
                    options.Window = _json.ReadSeconds(name);
                    break;
                default:
                    options.Pause = _json.ReadMilliseconds(name);
                    break;
            }
        }

        return options;
    }

    private WasiOptions ReadWasi()
    {
        WasiOptions options = new();
        JsonObjectScope wasi = _json.BeginObject("wasi");
        while (_json.NextProperty(ref wasi, "environment", "arguments", "directories"))
        {
            switch (wasi.Property)
            {
                case "environment":
                    options.Environment = ReadEnvironment();
                    break;
                case "arguments":
                    options.Arguments = ReadArguments();
                    break;
                default:
                    options.Directories = ReadDirectories();
                    break;
            }
        }

        return options;
    }

    private List<WasiDirectory> ReadDirectories()
    {
        List<WasiDirectory> directories = [];
        _json.BeginArray("directories", "objects");
        while (_json.NextElement())
        {
            WasiDirectory directory = ReadDirectory();
            if (directories.Exists(other => other.Guest == directory.Guest))
            {
                throw _json.Here(
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
        _ = _json.BeginObject("environment");
        for (_json.Next(); _json.TokenType != JsonTokenType.EndObject; _json.Next())
        {
            string name = _json.GetString();
            _json.Next();
            string value = _json.ReadString("an environment variable");
            if (WasiOptions.VariableProblem(name, value) is { } problem)
            {
                throw _json.Here(problem);
            }

            if (!environment.TryAdd(name, value))
            {
                throw _json.Here($"{MessageId.Quote(name)} stands twice in environment; take one of them out");
            }
        }

        return environment;
    }

    private List<string> ReadArguments()
    {
        List<string> arguments = [];
        _json.BeginArray("arguments", "strings");
        while (_json.NextElement())
        {
            string argument = _json.ReadString("an argument");
            if (WasiOptions.ArgumentProblem(argument) is { } problem)
            {
                throw _json.Here(problem);
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
        JsonObjectScope directory = _json.BeginObject("a directory");
        while (_json.NextProperty(ref directory, "host", "guest", "write"))
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
                    write = _json.ReadBoolean("write");
                    break;
            }
        }

        return new()
        {
            Host = host ?? throw _json.Missing(directory, "host", "the folder, relative to the topology's"),
            Guest = guest ?? throw _json.Missing(directory, "guest", "the path under which the component finds it"),
            Write = write,
        };
    }

    private readonly string ReadFolder(string name)
    {
        string path = _json.ReadString(name);
        return WasiDirectory.PathProblem(path, name) is { } problem ? throw _json.Here(problem) : path;
    }

    private readonly string ReadPath()
    {
        string path = _json.ReadString("path");
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw _json.Here("\"path\" is the component's file, .wasm or .wat, relative to the topology's folder");
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
                $"{_json.File}, line {_json.Line}: the path {MessageId.Quote(path)} leads out of the topology's folder; "
                    + $"{consequence}."
            );
        }
    }

    /// <summary>Reads an id and keeps it: no two parts have the same.</summary>
    private readonly string ReadId(string kind)
    {
        string id = _json.ReadString("an id");
        if (!MessageId.IsValid(id))
        {
            throw _json.Here($"{MessageId.Quote(id)} is not an id: an id is {MessageId.Form}");
        }

        if (_ids.TryGetValue(id, out (string Kind, int Line) other))
        {
            throw _json.Here(
                $"'{id}' is the id of {other.Kind} in line {other.Line} already; give each part an id of its own"
            );
        }

        _ids.Add(id, (kind, _json.Line));
        return id;
    }

    private List<string> ReadPatterns(string name)
    {
        List<string> patterns = [];
        _json.BeginArray(name, "ids and patterns");
        while (_json.NextElement())
        {
            string pattern = _json.ReadString("a pattern");
            if (!CapabilityPattern.TryParse(pattern, out _))
            {
                throw _json.Here(
                    $"{MessageId.Quote(pattern)} in \"{name}\" is not a pattern: a pattern is an id ({MessageId.Form}), "
                        + "or a prefix of one followed by '*'"
                );
            }

            patterns.Add(pattern);
        }

        return patterns;
    }

    private List<string> ReadCodecs()
    {
        List<string> codecs = [];
        _json.BeginArray("codecs", "names and numbers");
        while (_json.NextElement())
        {
            if (_json.TokenType != JsonTokenType.String)
            {
                codecs.Add(new MessageCodec((ulong)_json.ReadLong("a codec", 0, (long)Varint.MaxValue)));
            }
            else if (MessageCodec.TryParse(_json.ReadString("a codec"), out MessageCodec codec))
            {
                codecs.Add(codec);
            }
            else
            {
                throw _json.Here(
                    $"{MessageId.Quote(_json.ReadString("a codec"))} in \"codecs\" is no codec: {MessageCodec.Form}"
                );
            }
        }

        return codecs;
    }

    private readonly OverflowPolicy ReadWhenFull() =>
        _json.ReadString("when-full") switch
        {
            "refuse" => OverflowPolicy.Refuse,
            "drop-oldest" => OverflowPolicy.DropOldest,
            string other => throw _json.Here(
                $"\"when-full\" is \"refuse\" or \"drop-oldest\"; {MessageId.Quote(other)} is neither"
            ),
        };
}
