using FireAndForget.Guests.Instances;
using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>What a topology file says.</summary>
public sealed class TopologyTests
{
    [Fact]
    public void Parse_AllProperties_GivesThem()
    {
        Topology topology = Topology.Parse(
            """
            {
              "components": [
                { // comments and trailing commas are allowed
                  "id": "mirror",
                  "path": "guests/c-mirror.wasm",
                  "sends-to": ["client", "audit/*"],
                  "receives-from": ["cli*"],
                  "publishes-to": ["news/*"], "subscribes-to": ["sport", "news/local/*"],
                  "config": { "key": "value", "": "A=B" }, "placement": { "silo": "one" }, "delivery": "at-least-once",
                  "codecs": ["cbor", 513, 9223372036854775807],
                  "max-message-bytes": 100,
                  "mailbox": { "messages": 2, "bytes": 300, "when-full": "drop-oldest" },
                  "limits": { "message-ms": 4, "load-ms": 5, "memory-bytes": 6000000000, "table-elements": 7,
                              "open-files": 8, "output-bytes-per-second": 9, "later-messages": 10 },
                  "rate": { "messages-per-second": 0.5, "burst": 8 },
                  "quota": { "messages": 9, "bytes": 10, "window-seconds": 11 },
                  "restart": { "max": 12, "window-seconds": 0.25, "pause-ms": 14 },
                  "wasi": { "environment": { "HOME": "/", "LANG": "" }, "arguments": ["mirror", "-v"],
                            "directories": [
                              { "host": "in", "guest": "/in" }, { "host": "out", "guest": ".", "write": true } ],
                            "refuse": ["wasi:http", "wasi:keyvalue/store"] },
                },
              ],
              "endpoints": ["client", { "id": "audit/log", "subscribes-to": ["news/*"] }, { "id": "plain" }],
            }
            """,
            "folder"
        );

        Assert.Equal(["client", "audit/log", "plain"], topology.Endpoints);
        Assert.Equal([("audit/log", "news/*")], topology.Subscriptions.Select(s => (s.Key, Assert.Single(s.Value))));
        TopologyComponent mirror = Assert.Single(topology.Components);
        Assert.Equal("mirror", mirror.Id);
        Assert.Equal(Path.Combine("folder", "guests/c-mirror.wasm"), mirror.Source.Name);
        ComponentOptions options = mirror.Options;
        Assert.Equal(["client", "audit/*"], options.SendsTo);
        Assert.Equal(["cli*"], options.ReceivesFrom!);
        Assert.Equal(["news/*"], options.PublishesTo);
        Assert.Equal(["sport", "news/local/*"], options.SubscribesTo);
        Assert.Equal([("key", "value"), ("", "A=B")], options.Config.Select(c => (c.Key, c.Value)));
        Assert.Equal(("one", DeliveryGuarantee.AtLeastOnce), (options.Placement.Silo, options.Delivery));
        Assert.Equal(["wasi:http", "wasi:keyvalue/store"], options.Wasi.Refuse);
        Assert.Equal(["cbor", "messagepack", "9223372036854775807"], options.Codecs!);
        Assert.Equal(100, options.MaxMessageBytes);
        Assert.Equivalent(
            new MailboxOptions
            {
                Messages = 2,
                Bytes = 300,
                OverflowPolicy = OverflowPolicy.DropOldest,
            },
            options.Mailbox,
            strict: true
        );
        Assert.Equivalent(
            new LimitOptions
            {
                MessageTimeout = TimeSpan.FromMilliseconds(4),
                LoadTimeout = TimeSpan.FromMilliseconds(5),
                MemoryBytes = 6_000_000_000,
                TableElements = 7,
                OpenFiles = 8,
                OutputBytesPerSecond = 9,
                LaterMessages = 10,
            },
            options.Limits,
            strict: true
        );
        Assert.Equivalent(new RateOptions { MessagesPerSecond = 0.5, Burst = 8 }, options.Rate, strict: true);
        Assert.Equivalent(
            new QuotaOptions
            {
                Messages = 9,
                Bytes = 10,
                Window = TimeSpan.FromSeconds(11),
            },
            options.Quota,
            strict: true
        );
        Assert.Equivalent(
            new RestartOptions
            {
                Max = 12,
                Window = TimeSpan.FromMilliseconds(250),
                Pause = TimeSpan.FromMilliseconds(14),
            },
            options.Restart,
            strict: true
        );
        Assert.Equal(new Dictionary<string, string> { ["HOME"] = "/", ["LANG"] = "" }, options.Wasi.Environment);
        Assert.Equal(["mirror", "-v"], options.Wasi.Arguments);
        Assert.Equivalent(
            new List<WasiDirectory>
            {
                new() { Host = Path.Combine("folder", "in"), Guest = "/in" },
                new()
                {
                    Host = Path.Combine("folder", "out"),
                    Guest = ".",
                    Write = true,
                },
            },
            options.Wasi.Directories,
            strict: true
        );
    }

    [Fact]
    public void Parse_OnlyIdAndPath_GivesTheDefaults()
    {
        ComponentOptions options = OptionsOf("");

        ComponentOptions defaults = new();
        Assert.Empty(options.SendsTo);
        Assert.Null(options.ReceivesFrom);
        Assert.Null(options.Codecs);
        Assert.Equal(1 << 20, options.MaxMessageBytes);
        Assert.Equivalent(defaults.Mailbox, options.Mailbox, strict: true);
        Assert.Equivalent(defaults.Limits, options.Limits, strict: true);
        Assert.Null(options.Rate);
        Assert.Equivalent(defaults.Quota, options.Quota, strict: true);
        Assert.Equivalent(defaults.Restart, options.Restart, strict: true);
        Assert.Empty(options.Wasi.Environment);
        Assert.Empty(options.Wasi.Arguments);
        Assert.Empty(options.Wasi.Directories);
    }

    [Fact]
    public void Parse_EmptyObject_IsATopologyOfNothing()
    {
        Topology topology = Topology.Parse("{}", "");

        Assert.Empty(topology.Components);
        Assert.Empty(topology.Endpoints);
    }

    [Fact]
    public void Parse_AbsolutePath_IsKept()
    {
        string path = Path.GetFullPath("mirror.wasm");

        Topology topology = Topology.Parse(
            $$"""{ "components": [{ "id": "a", "path": "{{path.Replace('\\', '/')}}" }] }""",
            "folder"
        );

        Assert.Equal(path, Path.GetFullPath(topology.Components[0].Source.Name));
    }

    [Theory]
    [InlineData("\"max-message-bytes\": 0")]
    [InlineData("\"max-message-bytes\": 1073741824")]
    [InlineData("\"max-message-bytes\": 1e3")]
    [InlineData("\"max-message-bytes\": 4.0")]
    [InlineData("\"mailbox\": { \"messages\": 1, \"bytes\": 1 }")]
    [InlineData("\"mailbox\": { \"messages\": 16777216, \"bytes\": 1073741824, \"when-full\": \"refuse\" }")]
    [InlineData("\"limits\": { \"message-ms\": 0, \"load-ms\": 0, \"memory-bytes\": 0, \"table-elements\": 0 }")]
    [InlineData("\"limits\": { \"open-files\": 0, \"output-bytes-per-second\": 0 }")]
    [InlineData("\"limits\": { \"open-files\": 65536, \"output-bytes-per-second\": 9223372036854775807 }")]
    [InlineData("\"limits\": { \"message-ms\": 31536000000, \"load-ms\": 31536000000 }")]
    [InlineData("\"limits\": { \"memory-bytes\": 9223372036854775807, \"table-elements\": 4294967295 }")]
    [InlineData("\"rate\": { \"messages-per-second\": 1000000000, \"burst\": 1000000000 }")]
    [InlineData("\"rate\": { \"messages-per-second\": 0.0001 }")]
    [InlineData("\"quota\": { \"messages\": 0, \"bytes\": 0, \"window-seconds\": 0.001 }")]
    [InlineData("\"quota\": { \"messages\": 9223372036854775807, \"window-seconds\": 31536000 }")]
    [InlineData("\"restart\": { \"max\": 0, \"window-seconds\": 0.001, \"pause-ms\": 0 }")]
    [InlineData("\"restart\": { \"max\": 2147483647, \"pause-ms\": 31536000000 }")]
    [InlineData("\"codecs\": [0, 9223372036854775807, \"raw\", \"bincode\"]")]
    [InlineData("\"wasi\": { \"environment\": {}, \"arguments\": [] }")]
    [InlineData("\"wasi\": {}")]
    [InlineData("\"sends-to\": [\"*\", \"a*\", \"a/b-c_d.e\"]")]
    public void Parse_ValueAtTheEndOfItsRange_IsTaken(string property) => Assert.NotNull(OptionsOf(property));

    [Theory]
    [InlineData("a.wasm", false)]
    [InlineData("guests/a.wasm", false)]
    [InlineData("guests/../a.wasm", false)]
    [InlineData("..a.wasm", false)]
    [InlineData("../folder/a.wasm", false)]
    [InlineData("../a.wasm", true)]
    [InlineData("guests/../../a.wasm", true)]
    [InlineData("../folder2/a.wasm", true)]
    [InlineData("/a.wasm", true)]
    public void Parse_PathThatLeavesTheFolder_IsSaid(string path, bool leaves)
    {
        Topology topology = Topology.Parse(
            $$"""{ "components": [{ "id": "a",{{"\n"}}"path": "{{path}}" }] }""",
            "folder"
        );

        Assert.Single(topology.Components);
        Assert.Equal(
            leaves
                ?
                [
                    $"the topology, line 2, column 9, components[0].path: the path '{path}' leads out of the topology's folder; the component is loaded from there.",
                ]
                : [],
            topology.Warnings
        );
    }

    [Theory]
    [InlineData("data", false)]
    [InlineData("..", true)]
    public void Parse_GrantedFolderThatLeavesTheFolder_IsSaid(string host, bool leaves)
    {
        Topology topology = Topology.Parse(
            $$"""{ "components": [{ "id": "a", "path": "a.wat", "wasi": { "directories": [{ "host": "{{host}}", "guest": "/" }] } }] }""",
            "folder"
        );

        Assert.Equal(
            leaves
                ?
                [
                    "the topology, line 1, column 84, components[0].wasi.directories[0].host: the path '..' leads out of the topology's folder; the component is granted what lies there.",
                ]
                : [],
            topology.Warnings
        );
    }

    [Fact]
    public void Load_File_FindsComponentsFromItsFolder()
    {
        using TopologyFolder folder = new();
        folder.Write("topology.json", "\uFEFF{ \"components\": [{ \"id\": \"a\", \"path\": \"a.wat\" }] }");

        Topology topology = Topology.Load(folder.PathOf("topology.json"));

        Assert.Equal(folder.PathOf("a.wat"), topology.Components[0].Source.Name);
    }

    [Fact]
    public void Load_WrongFile_NamesIt()
    {
        using TopologyFolder folder = new();
        string file = folder.Write("topology.json", "\uFEFF\r\n{\r\n");

        TopologyException error = Assert.Throws<TopologyException>(() => Topology.Load(file));

        Assert.Equal(file, error.File);
        Assert.StartsWith($"{file}, line 3, column 1: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BytesThatAreNotUtf8_SaysSo()
    {
        using TopologyFolder folder = new();
        string file = folder.PathOf("topology.json");
        File.WriteAllBytes(file, [.. "{ \"endpoints\": [\n\""u8, 0xFF, .. "\"] }"u8]);

        TopologyException error = Assert.Throws<TopologyException>(() => Topology.Load(file));

        Assert.Equal(2, error.Line);
    }

    [Fact]
    public void Load_MissingFile_ThrowsIOException()
    {
        using TopologyFolder folder = new();

        Assert.ThrowsAny<IOException>(() => Topology.Load(folder.PathOf("none.json")));
    }

    /// <summary>The options of a component with one property more than it needs, which stands in line 4.</summary>
    internal static ComponentOptions OptionsOf(string property)
    {
        string json = $$"""
            { "components": [{
              "id": "a",
              "path": "a.wasm",
              {{property}}
            }] }
            """;
        return Topology.Parse(json, "").Components[0].Options;
    }
}
