using FireAndForget.Mailboxes;
using FireAndForget.Messages;

namespace FireAndForget.Topologies;

/// <summary>
/// The format of topology files: each object's properties, with what they may be, which option they set, and what they mean. Reading
/// goes by these tables, and docs/topology.schema.json and the reference in docs/topology.md are written from them; defaults are
/// those of the options.
/// </summary>
internal static class TopologyFormat
{
    private const string IdForm = "[a-z0-9][a-z0-9_./-]{0,127}";
    private const string TextForm = "^[^\\u0000]*$";
    private const string PathForm = "^[^\\u0000]+$";
    private const int MostRate = 1_000_000_000;
    private const long MostMilliseconds = 365L * 24 * 60 * 60 * 1000;

    private static readonly TopologyText Any = new();

    private static readonly TopologyNumber<TimeSpan> Milliseconds = new(
        0,
        MostMilliseconds,
        isWhole: true,
        number => TimeSpan.FromMilliseconds((long)number),
        time => time.Ticks / (decimal)TimeSpan.TicksPerMillisecond
    );

    private static readonly TopologyNumber<TimeSpan> Seconds = new(
        0.001m,
        MostMilliseconds / 1000,
        isWhole: false,
        number => TimeSpan.FromTicks((long)(number * TimeSpan.TicksPerSecond)),
        time => time.Ticks / (decimal)TimeSpan.TicksPerSecond
    );

    private static readonly TopologyList<string> Patterns = new(
        "ids and patterns",
        "a pattern",
        new TopologyText(
            $@"^(\*|{IdForm}\*?)$",
            (ref _, text) =>
                CapabilityPattern.TryParse(text, out CapabilityPattern _)
                    ? null
                    : $"{MessageId.Quote(text)} is not a pattern: a pattern is an id ({MessageId.Form}), or a prefix of one "
                        + "followed by '*'"
        )
    );

    private static readonly TopologyText File = new(
        PathForm,
        (ref reader, path) =>
        {
            if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            {
                return "\"path\" is the component's file, .wasm or .wat, relative to the topology's folder";
            }

            reader.WarnWhereOutside(path, "the component is loaded from there");
            return null;
        }
    );

    private static readonly TopologyText HostFolder = new(
        PathForm,
        (ref reader, path) =>
        {
            if (WasiDirectory.PathProblem(path, "host") is { } problem)
            {
                return problem;
            }

            reader.WarnWhereOutside(path, "the component is granted what lies there");
            return null;
        }
    );

    private static readonly TopologyText GuestFolder = new(
        PathForm,
        (ref _, path) => WasiDirectory.PathProblem(path, "guest")
    );

    private static readonly TopologyList<string> Arguments = new(
        "strings",
        "an argument",
        new TopologyText(TextForm, (ref _, text) => WasiOptions.ArgumentProblem(text))
    );

    private static readonly TopologyList<string> Refused = new(
        "packages and interfaces",
        "a package or interface",
        new TopologyText(WasiOptions.RefusalPattern, (ref _, text) => WasiOptions.RefusalProblem(text))
    );

    // The tables. A row is a property: its name, what it may be, its option, what it means, and what to give where it has to be given.
    // csharpier-ignore-start

    private static readonly TopologyObject<MailboxOptions> Mailbox = new("mailbox")
    {
        { "messages", Whole(1, MailboxOptions.MaxMessages), o => o.Messages, (o, v) => o.Messages = v,
          "How many messages may wait." },
        { "bytes", Whole(1, MailboxOptions.MaxBytes), o => o.Bytes, (o, v) => o.Bytes = v,
          "How many bytes of messages may wait. A message larger than that is always refused." },
        { "when-full", new TopologyChoice<OverflowPolicy>(("refuse", OverflowPolicy.Refuse), ("drop-oldest", OverflowPolicy.DropOldest)),
          o => o.OverflowPolicy, (o, v) => o.OverflowPolicy = v,
          "What becomes of a message for which there is no room: it is refused, or the oldest make room." },
    };

    private static readonly TopologyObject<LimitOptions> Limits = new("limits")
    {
        { "message-ms", Milliseconds, o => o.MessageTimeout, (o, v) => o.MessageTimeout = v,
          "How long one message may take, in milliseconds; 0: no limit." },
        { "load-ms", Milliseconds, o => o.LoadTimeout, (o, v) => o.LoadTimeout = v,
          "How long the guest's own code may run while it is instantiated, in milliseconds; 0: no limit. Compiling does not count." },
        { "memory-bytes", Whole(long.MaxValue), o => o.MemoryBytes, (o, v) => o.MemoryBytes = v,
          "The sum of the guest's memories. A larger initial one is a load error, a larger grow gives -1." },
        { "table-elements", Whole(uint.MaxValue), o => o.TableElements, (o, v) => o.TableElements = v,
          "The sum of the elements of the guest's tables. A larger initial one is a load error, a larger grow gives -1." },
        { "open-files", Whole(0, LimitOptions.MostOpenFiles), o => o.OpenFiles, (o, v) => o.OpenFiles = v,
          "How many files and folders of those that it is granted an instance may have open." },
        { "output-bytes-per-second", Whole(long.MaxValue), o => o.OutputBytesPerSecond, (o, v) => o.OutputBytesPerSecond = v,
          "How much of its standard output and error goes into the log. What comes beyond is left out, and a line says how much." },
        { "open-requests", Whole(0, LimitOptions.MostOpenRequests), o => o.OpenRequests, (o, v) => o.OpenRequests = v,
          "How many of its requests may be open. One more is refused." },
        { "later-messages", Whole(0, LimitOptions.MostLaterMessages), o => o.LaterMessages, (o, v) => o.LaterMessages = v,
          "How many of its later messages may wait for their time." },
    };

    private static readonly TopologyObject<RateOptions> Rate = new("rate")
    {
        { "messages-per-second",
          new TopologyNumber<double>(0, MostRate, isWhole: false, number => (double)number, rate => (decimal)rate, isAbove: true),
          o => o.MessagesPerSecond, (o, v) => o.MessagesPerSecond = v,
          "How many messages it may send a second, on average.", "how many it may send on average" },
        { "burst", Whole(1, MostRate), o => o.Burst, (o, v) => o.Burst = v,
          "How many it may send at once after a pause." },
    };

    private static readonly TopologyObject<QuotaOptions> Quota = new("quota")
    {
        { "messages", Whole(long.MaxValue), o => o.Messages, (o, v) => o.Messages = v,
          "How many messages it may send in a window; 0: no limit." },
        { "bytes", Whole(long.MaxValue), o => o.Bytes, (o, v) => o.Bytes = v,
          "How many bytes of messages it may send in a window; 0: no limit." },
        { "window-seconds", Seconds, o => o.Window, (o, v) => o.Window = v,
          "The window's length in seconds." },
    };

    private static readonly TopologyObject<RestartOptions> Restart = new("restart")
    {
        { "max", Whole(0, int.MaxValue), o => o.Max, (o, v) => o.Max = v,
          "How many restarts there are in a window; 0: none. When none is left the component stops." },
        { "window-seconds", Seconds, o => o.Window, (o, v) => o.Window = v,
          "The window's length in seconds." },
        { "pause-ms", Milliseconds, o => o.Pause, (o, v) => o.Pause = v,
          "The pause before the first restart of a window, in milliseconds; doubled at each further one, with jitter." },
    };

    private static readonly TopologyObject<WasiDirectory> Directory = new("a directory")
    {
        { "host", HostFolder, o => o.Host, (o, v) => o.Host = v,
          "The folder on the host, relative to the topology file.", "the folder, relative to the topology's" },
        { "guest", GuestFolder, o => o.Guest, (o, v) => o.Guest = v,
          "The path under which the component finds it.", "the path under which the component finds it" },
        { "write", new TopologyBoolean(), o => o.Write, (o, v) => o.Write = v,
          "Whether the component may change what lies in it." },
    };

    private static readonly TopologyObject<WasiOptions> Wasi = new("wasi")
    {
        { "environment",
          new TopologyTexts("an environment variable", WasiOptions.VariableProblem, "^[^=\\u0000]+$", TextForm),
          o => o.Environment, (o, v) => o.Environment = v,
          "Environment variables by their names." },
        { "arguments", Arguments, o => [.. o.Arguments], (o, v) => o.Arguments = v,
          "Arguments, by convention the component's own name first." },
        { "directories", new TopologyList<WasiDirectory>("directories", "a directory", Directory, ("guest", d => d.Guest)),
          o => [.. o.Directories], (o, v) => o.Directories = v,
          "Folders of the host that it may open." },
        { "refuse", Refused, o => [.. o.Refuse], (o, v) => o.Refuse = v,
          "Interfaces that it may import although they are never granted, such as wasi:http: every call traps." },
    };

    private static readonly TopologyObject<PlacementOptions> Placement = new("placement")
    {
        { "silo", new TopologyText("^.+$", (ref _, text) => text.Length == 0 ? "\"silo\" is the name of a host, and not empty" : null),
          o => o.Silo, (o, v) => o.Silo = v,
          "The name of the host on which it runs. Left out: any." },
    };

    private static readonly TopologyObject<ComponentDraft> Component = new("a component")
    {
        { "id", Id("a component"), o => o.Id, (o, v) => o.Id = v,
          "The name under which others send to it.", "the name under which others send to it" },
        { "path", File, o => o.Path, (o, v) => o.Path = v,
          "Its file, .wasm or .wat, relative to the topology file.", "the component's file, .wasm or .wat" },
        { "sends-to", Patterns, o => [.. o.Options.SendsTo], (o, v) => o.Options.SendsTo = v,
          "To whom it may send: ids, or prefixes followed by *." },
        { "receives-from", Patterns, o => [.. o.Options.ReceivesFrom ?? ["*"]], (o, v) => o.Options.ReceivesFrom = [.. v],
          "Who may send to it: ids, or prefixes followed by *." },
        { "publishes-to", Patterns, o => [.. o.Options.PublishesTo], (o, v) => o.Options.PublishesTo = v,
          "Under which topics it may publish: names, or prefixes followed by *." },
        { "subscribes-to", Patterns, o => [.. o.Options.SubscribesTo], (o, v) => o.Options.SubscribesTo = v,
          "The topics whose messages it gets: names, or prefixes followed by *." },
        { "codecs", new TopologyList<string>("names and numbers", "a codec", new TopologyCodec()),
          o => o.Options.Codecs?.ToList(), (o, v) => o.Options.Codecs = [.. v],
          "The codecs with one of whose prefixes a message must start, by name or multicodec number. Left out: any bytes." },
        { "max-message-bytes", Whole(0, MailboxOptions.MaxBytes), o => o.Options.MaxMessageBytes, (o, v) => o.Options.MaxMessageBytes = v,
          "The largest message that it accepts." },
        { "mailbox", Mailbox, o => o.Options.Mailbox, (o, v) => o.Options.Mailbox = v,
          "How much may wait for it." },
        { "limits", Limits, o => o.Options.Limits, (o, v) => o.Options.Limits = v,
          "What its guest may use." },
        { "rate", Rate, o => o.Options.Rate, (o, v) => o.Options.Rate = v,
          "How fast it may send. Left out: no limit." },
        { "quota", Quota, o => o.Options.Quota, (o, v) => o.Options.Quota = v,
          "How much it may send in a window of time." },
        { "restart", Restart, o => o.Options.Restart, (o, v) => o.Options.Restart = v,
          "How often its guest is restarted after a trap or a time-out." },
        { "wasi", Wasi, o => o.Options.Wasi, (o, v) => o.Options.Wasi = v,
          "What it is granted by way of WASI." },
        { "config", new TopologyTexts("a value of config"), o => o.Options.Config, (o, v) => o.Options.Config = v,
          "What it finds by these keys with wasi:config/store." },
        { "placement", Placement, o => o.Options.Placement, (o, v) => o.Options.Placement = v,
          "Where it runs in a cluster; a single host takes no notice." },
        { "delivery",
          new TopologyChoice<DeliveryGuarantee>(
              ("at-most-once", DeliveryGuarantee.AtMostOnce), ("at-least-once", DeliveryGuarantee.AtLeastOnce)),
          o => o.Options.Delivery, (o, v) => o.Options.Delivery = v,
          "What becomes in a cluster of messages to it whose host died: they are lost, or sent again; a single host takes no notice." },
    };

    private static readonly TopologyObject<EndpointDraft> Endpoint = new("an endpoint")
    {
        { "id", Id("an endpoint"), o => o.Id, (o, v) => o.Id = v,
          "The name under which others send to it.", "the name under which others send to it" },
        { "subscribes-to", Patterns, o => o.SubscribesTo, (o, v) => o.SubscribesTo = v,
          "The topics whose messages it gets: names, or prefixes followed by *." },
    };

    public static TopologyObject<TopologyDraft> Topology { get; } = new("the topology")
    {
        { "components", new TopologyList<ComponentDraft>("components", "a component", Component),
          o => o.Components, (o, v) => o.Components = v,
          "The components." },
        { "endpoints",
          new TopologyList<EndpointDraft>(
              "endpoints", "an endpoint", new TopologyShort<EndpointDraft>(Id("an endpoint"), id => new() { Id = id }, Endpoint)),
          o => o.Endpoints, (o, v) => o.Endpoints = v,
          "Receivers and senders on the .NET side, by their ids or with their topics. They may send to everybody and publish anywhere." },
        { "$schema", Any, _ => null, (_, _) => { },
          "Where editors find docs/topology.schema.json; the host takes no notice." },
    };
    // csharpier-ignore-end

    private static TopologyText Id(string owner) =>
        new($"^{IdForm}$", (ref reader, text) => reader.TakeId(text, owner));

    private static TopologyNumber<int> Whole(int least, int most) =>
        new(least, most, isWhole: true, number => (int)number, value => value);

    private static TopologyNumber<long> Whole(long most) =>
        new(0, most, isWhole: true, number => (long)number, value => value);
}

/// <summary>What a topology file says, while it is read.</summary>
internal sealed class TopologyDraft
{
    public List<ComponentDraft> Components { get; set; } = [];

    public List<EndpointDraft> Endpoints { get; set; } = [];

    /// <summary>Makes the topology of a file without a mistake: every path is found from the file's folder.</summary>
    public Topology Build(string baseFolder, IReadOnlyList<string> warnings)
    {
        // Components with the same path have the same source, which is then read once.
        Dictionary<string, ComponentSource> sources = new(StringComparer.Ordinal);
        return new(Components.Select(c => c.Build(baseFolder, sources)), Endpoints.Select(e => e.Id))
        {
            Subscriptions = Endpoints
                .Where(e => e.SubscribesTo.Count != 0)
                .ToDictionary(e => e.Id, e => (IReadOnlyList<string>)e.SubscribesTo, StringComparer.Ordinal),
            Warnings = warnings,
        };
    }
}

/// <summary>What a topology file says of an endpoint, while it is read.</summary>
internal sealed class EndpointDraft
{
    public string Id { get; set; } = "";

    public List<string> SubscribesTo { get; set; } = [];
}

/// <summary>What a topology file says of a component, while it is read.</summary>
internal sealed class ComponentDraft
{
    public string Id { get; set; } = "";

    public string Path { get; set; } = "";

    public ComponentOptions Options { get; } = new();

    public TopologyComponent Build(string baseFolder, Dictionary<string, ComponentSource> sources)
    {
        string file = System.IO.Path.Combine(baseFolder, Path);
        if (!sources.TryGetValue(file, out ComponentSource? source))
        {
            source = ComponentSource.FromFile(file);
            sources.Add(file, source);
        }

        foreach (WasiDirectory directory in Options.Wasi.Directories)
        {
            directory.Host = System.IO.Path.Combine(baseFolder, directory.Host);
        }

        return new(Id, source, Options);
    }
}
