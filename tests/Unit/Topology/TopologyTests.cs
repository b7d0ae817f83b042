using FireAndForget.Guests.Instances;
using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>What a topology file says, and what is said of one that is not as it should be.</summary>
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

    /// <summary>The error once showed all that followed the wrong word.</summary>
    [Fact]
    public void Parse_WrongWord_IsShownWithoutWhatFollows()
    {
        TopologyException e = Assert.Throws<TopologyException>(() =>
            Topology.Parse("{\n\"endpoints\": nobody,\n\"components\": []\n}", "")
        );

        Assert.Equal(
            "the topology, line 2, column 15, endpoints: this is no JSON: 'nobody' is an invalid JSON literal. Expected the literal 'null'.",
            e.Message
        );
    }

    [Theory]
    // What is no JSON.
    [InlineData("", 1, "nothing stands here")]
    [InlineData("{\n\"endpoints\": [", 2, "ends before every object and list is closed")]
    [InlineData("{\n\n\"endpoints\": nobody }", 3, "this is no JSON")]
    [InlineData("{}\n{}", 2, "after a single JSON value")]
    [InlineData("{ /* no end", 1, "this is no JSON")]
    // What is no topology.
    [InlineData("[]", 1, "the topology is an object, and here stands a list")]
    [InlineData("\n\"components\"", 2, "the topology is an object, and here stands a string")]
    [InlineData(
        "{\n\"component\": [] }",
        2,
        "'component' is no property of the topology, which has components, endpoints"
    )]
    [InlineData("{ \"endpoints\": [],\n\"endpoints\": [] }", 2, "\"endpoints\" stands twice in the topology")]
    [InlineData("{ \"endpoints\":\n{} }", 2, "\"endpoints\" is a list of endpoints, and here stands an object")]
    [InlineData("{ \"endpoints\": [\n7 ] }", 2, "an endpoint is its id or an object, and here stands 7")]
    [InlineData("{ \"components\": [\n\"a.wasm\" ] }", 2, "a component is an object, and here stands a string")]
    [InlineData(
        "{ \"endpoints\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        1,
        "an endpoint is its id or an object"
    )]
    // Ids.
    [InlineData("{ \"endpoints\": [\n\"Client\"] }", 2, "'Client' is not an id: an id is 1 to 128 characters")]
    [InlineData("{ \"endpoints\": [\n\"\"] }", 2, "'' is not an id")]
    [InlineData("{ \"endpoints\": [\n\"\\u0430\"] }", 2, "'\\u0430' is not an id")]
    [InlineData("{ \"endpoints\": [\n\"\\ud800\"] }", 2, "not valid Unicode")]
    [InlineData("{ \"endpoints\": [\n\"a\",\n\n\"a\"] }", 4, "'a' is the id of an endpoint in line 2 already")]
    [InlineData(
        "{ \"components\": [\n{ \"id\": \"a\", \"path\": \"a.wasm\" },\n{ \"id\": \"a\", \"path\": \"b.wasm\" }] }",
        3,
        "'a' is the id of a component in line 2 already"
    )]
    [InlineData(
        "{ \"endpoints\": [\"a\"],\n\"components\": [{ \"id\": \"a\", \"path\": \"a.wasm\" }] }",
        2,
        "'a' is the id of an endpoint in line 1 already"
    )]
    [InlineData("{ \"endpoints\": [\n\"cl\u0456ent\"] }", 2, "'cl\\u0456ent' is not an id")]
    [InlineData("{ \"endpoints\": [\n\"a\\u000ab\\u001b[2J\"] }", 2, "'a\\u000ab\\u001b[2J' is not an id")]
    [InlineData("{ \"endpoints\": [\n\"a\\u0000\"] }", 2, "'a\\u0000' is not an id")]
    [InlineData("{ \"endpoints\": [\n\"a\\u202e\"] }", 2, "'a\\u202e' is not an id")]
    [InlineData("{ \"endpoints\": [\n\"a\",\n\"\\u0061\"] }", 3, "'a' is the id of an endpoint in line 2 already")]
    // A property that stands twice, spelled otherwise.
    [InlineData("{ \"endpoints\": [],\n\"endp\\u006fints\": [] }", 2, "\"endpoints\" stands twice")]
    [InlineData("{ \"endpoints\": [],\n\"endp\u043eints\": [] }", 2, "'endp\\u043eints' is no property")]
    [InlineData("{\n\"a\\u001b\\n\": [] }", 2, "'a\\u001b\\u000a' is no property")]
    // What a component must have.
    [InlineData("{ \"components\": [\n{\n\"id\": \"a\" }] }", 2, "a component here has no \"path\"")]
    [InlineData("{ \"components\": [\n{\n\"path\": \"a.wasm\" }] }", 2, "a component here has no \"id\"")]
    [InlineData("{ // a comment\r oops", 1, "this is no JSON")]
    // Endpoints with topics.
    [InlineData("{ \"endpoints\": [{\n\"subscribes-to\": [\"News\"] }] }", 1, "an endpoint here has no \"id\"")]
    [InlineData("{ \"endpoints\": [\"a\", {\n\"id\": \"a\" }] }", 2, "'a' is the id of an endpoint in line 1 already")]
    [InlineData("{ \"endpoints\": [{ \"id\": \"a\",\n\"subscribes-to\": [\"News\"] }] }", 2, "'News' is not a pattern")]
    [InlineData("{ \"components\": [{\n\"config\": { \"a\": 1 } }] }", 1, "a component here has no")]
    [InlineData(
        "{ \"components\": [{ \"id\": \"a\", \"path\": \"a.wasm\",\n\"config\": { \"a\": 1 } }] }",
        2,
        "a value of config is a string"
    )]
    [InlineData(
        "{ \"components\": [{ \"id\": \"a\", \"path\": \"a.wasm\",\n\"config\": { \"a\": \"1\", \"a\": \"2\" } }] }",
        2,
        "'a' stands twice in config"
    )]
    [InlineData(
        "{ \"components\": [{ \"id\": \"a\", \"path\": \"a.wasm\",\n\"wasi\": { \"refuse\": [\"http\"] } }] }",
        2,
        "'http' is no package or interface"
    )]
    [InlineData(
        "{ \"components\": [{ \"id\": \"a\", \"path\": \"a.wasm\",\n\"delivery\": \"exactly-once\" }] }",
        2,
        "\"delivery\" is \"at-most-once\" or \"at-least-once\"; 'exactly-once' is not"
    )]
    public void Parse_WrongTopology_SaysLineAndProblem(string json, int line, string problem)
    {
        TopologyException error = Assert.Throws<TopologyException>(() => Topology.Parse(json, ""));

        Assert.Equal(line, error.Line);
        TopologyMistake first = error.Mistakes[0];
        Assert.Contains(problem, first.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            $"the topology, line {line}, column {first.Column}",
            error.Message.Split('\n')[0],
            StringComparison.Ordinal
        );
        Assert.Equal(error.Mistakes.Count, error.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("\"sendsTo\": []", "'sendsTo' is no property of a component, which has id, path, sends-to,")]
    [InlineData("\"id\": \"b\"", "\"id\" stands twice in a component")]
    [InlineData("\"sends-to\": \"client\"", "\"sends-to\" is a list of ids and patterns, and here stands a string")]
    [InlineData("\"sends-to\": [\"A*\"]", "'A*' is not a pattern")]
    [InlineData("\"sends-to\": [\"a**\"]", "'a**' is not a pattern")]
    [InlineData("\"receives-from\": [\"\"]", "'' is not a pattern")]
    [InlineData("\"receives-from\": [null]", "a pattern is a string, and here stands null")]
    [InlineData("\"codecs\": [\"CBOR\"]", "'CBOR' is no codec: a codec is raw, cbor,")]
    [InlineData("\"codecs\": [-1]", "a codec is 0 to 9223372036854775807; -1 is not")]
    [InlineData("\"codecs\": [9223372036854775808]", "a codec is 0 to 9223372036854775807; 9223372036854775808 is not")]
    [InlineData("\"codecs\": [1.5]", "a codec is a whole number; 1.5 is not")]
    [InlineData("\"codecs\": [true]", "a codec is a number, and here stands true")]
    [InlineData("\"max-message-bytes\": -1", "\"max-message-bytes\" is 0 to 1073741824; -1 is not")]
    [InlineData("\"max-message-bytes\": 1073741825", "\"max-message-bytes\" is 0 to 1073741824; 1073741825 is not")]
    [InlineData("\"max-message-bytes\": 1e400", "\"max-message-bytes\" is 0 to 1073741824; 1e400 is not")]
    [InlineData("\"max-message-bytes\": -1e400", "\"max-message-bytes\" is 0 to 1073741824; -1e400 is not")]
    [InlineData("\"max-message-bytes\": \"1\"", "\"max-message-bytes\" is a number, and here stands a string")]
    [InlineData("\"mailbox\": null", "\"mailbox\" is an object, and here stands null")]
    [InlineData(
        "\"mailbox\": { \"size\": 1 }",
        "'size' is no property of mailbox, which has messages, bytes, when-full"
    )]
    [InlineData("\"mailbox\": { \"messages\": 0 }", "\"messages\" is 1 to 16777216; 0 is not")]
    [InlineData("\"mailbox\": { \"messages\": 16777217 }", "\"messages\" is 1 to 16777216; 16777217 is not")]
    [InlineData("\"mailbox\": { \"bytes\": 0 }", "\"bytes\" is 1 to 1073741824; 0 is not")]
    [InlineData(
        "\"mailbox\": { \"when-full\": \"drop\" }",
        "\"when-full\" is \"refuse\" or \"drop-oldest\"; 'drop' is not"
    )]
    [InlineData("\"limits\": { \"message-ms\": -1 }", "\"message-ms\" is 0 to 31536000000; -1 is not")]
    [InlineData("\"limits\": { \"message-ms\": 0.5 }", "\"message-ms\" is a whole number; 0.5 is not")]
    [InlineData("\"limits\": { \"load-ms\": 31536000001 }", "\"load-ms\" is 0 to 31536000000; 31536000001 is not")]
    [InlineData("\"limits\": { \"memory-bytes\": -1 }", "\"memory-bytes\" is 0 to 9223372036854775807; -1 is not")]
    [InlineData(
        "\"limits\": { \"table-elements\": 4294967296 }",
        "\"table-elements\" is 0 to 4294967295; 4294967296 is not"
    )]
    [InlineData("\"limits\": { \"open-files\": 65537 }", "\"open-files\" is 0 to 65536; 65537 is not")]
    [InlineData(
        "\"limits\": { \"output-bytes-per-second\": -1 }",
        "\"output-bytes-per-second\" is 0 to 9223372036854775807; -1 is not"
    )]
    [InlineData("\"limits\": { \"fuel\": 1 }", "'fuel' is no property of limits")]
    [InlineData("\"rate\": { \"burst\": 1 }", "rate here has no \"messages-per-second\"")]
    [InlineData(
        "\"rate\": { \"messages-per-second\": 0 }",
        "\"messages-per-second\" is more than 0 and at most 1000000000; 0 is not"
    )]
    [InlineData("\"rate\": { \"messages-per-second\": 1, \"burst\": 0 }", "\"burst\" is 1 to 1000000000; 0 is not")]
    [InlineData(
        "\"rate\": { \"messages-per-second\": 1e-400 }",
        "\"messages-per-second\" is more than 0 and at most 1000000000; 1e-400 is not"
    )]
    [InlineData(
        "\"rate\": { \"messages-per-second\": 1, \"burst\": 1e99999 }",
        "\"burst\" is 1 to 1000000000; 1e99999 is not"
    )]
    [InlineData("\"quota\": { \"bytes\": 9223372036854775808 }", "\"bytes\" is 0 to 9223372036854775807;")]
    [InlineData("\"rate\": { \"per-second\": 1 }", "'per-second' is no property of rate")]
    [InlineData(
        "\"wasi\": { \"directories\": {} }",
        "\"directories\" is a list of directories, and here stands an object"
    )]
    [InlineData("\"wasi\": { \"directories\": [1] }", "a directory is an object, and here stands 1")]
    [InlineData(
        "\"wasi\": { \"directories\": [{ \"guest\": \"/\" }] }",
        "a directory here has no \"host\": the folder"
    )]
    [InlineData("\"wasi\": { \"directories\": [{ \"host\": \".\" }] }", "a directory here has no \"guest\": the path")]
    [InlineData("\"wasi\": { \"directories\": [{ \"host\": \"\" }] }", "'' is no path of a folder for host")]
    [InlineData(
        "\"wasi\": { \"directories\": [{ \"guest\": \"a\\u0000\" }] }",
        "'a\\u0000' is no path of a folder for guest"
    )]
    [InlineData("\"wasi\": { \"directories\": [{ \"write\": 1 }] }", "\"write\" is true or false, and here stands 1")]
    [InlineData(
        "\"wasi\": { \"directories\": [{ \"read\": true }] }",
        "'read' is no property of a directory, which has"
    )]
    [InlineData(
        "\"wasi\": { \"directories\": [{ \"host\": \"a\", \"guest\": \"/\" }, { \"host\": \"b\", \"guest\": \"/\" }] }",
        "'/' is the \"guest\" of two directories"
    )]
    [InlineData(
        "\"wasi\": { \"network\": true }",
        "'network' is no property of wasi, which has environment, arguments"
    )]
    [InlineData("\"wasi\": { \"environment\": [] }", "\"environment\" is an object, and here stands a list")]
    [InlineData(
        "\"wasi\": { \"environment\": { \"A\": 1 } }",
        "an environment variable is a string, and here stands 1"
    )]
    [InlineData("\"wasi\": { \"environment\": { \"\": \"\" } }", "'' is no name of an environment variable")]
    [InlineData("\"wasi\": { \"environment\": { \"A=B\": \"\" } }", "'A=B' is no name of an environment variable")]
    [InlineData("\"wasi\": { \"environment\": { \"A\": \"\\u0000\" } }", "'A' has a NUL character in its value")]
    [InlineData("\"wasi\": { \"environment\": { \"A\": \"\", \"A\": \"\" } }", "'A' stands twice in environment")]
    [InlineData("\"wasi\": { \"arguments\": \"a\" }", "\"arguments\" is a list of strings, and here stands a string")]
    [InlineData("\"wasi\": { \"arguments\": [null] }", "an argument is a string, and here stands null")]
    [InlineData("\"wasi\": { \"arguments\": [\"a\\u0000\"] }", "the argument 'a\\u0000' has a NUL character")]
    [InlineData("\"quota\": { \"messages\": -1 }", "\"messages\" is 0 to 9223372036854775807; -1 is not")]
    [InlineData("\"quota\": { \"bytes\": 0.1 }", "\"bytes\" is a whole number; 0.1 is not")]
    [InlineData("\"quota\": { \"window-seconds\": 0 }", "\"window-seconds\" is 0.001 to 31536000; 0 is not")]
    [InlineData("\"quota\": { \"window\": 1 }", "'window' is no property of quota")]
    [InlineData("\"restart\": { \"max\": 2147483648 }", "\"max\" is 0 to 2147483647; 2147483648 is not")]
    [InlineData(
        "\"restart\": { \"window-seconds\": 31536001 }",
        "\"window-seconds\" is 0.001 to 31536000; 31536001 is not"
    )]
    [InlineData("\"restart\": { \"pause-ms\": -1 }", "\"pause-ms\" is 0 to 31536000000; -1 is not")]
    [InlineData("\"restart\": { \"max\": 1, \"max\": 1 }", "\"max\" stands twice in restart")]
    [InlineData("\"path\": \"\"", "\"path\" stands twice in a component")]
    public void Parse_WrongProperty_SaysLineAndProblem(string property, string problem)
    {
        TopologyException error = Assert.Throws<TopologyException>(() => OptionsOf(property));

        Assert.Equal(4, error.Line);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\\u0000.wasm")]
    public void Parse_WrongPath_SaysSo(string path)
    {
        TopologyException error = Assert.Throws<TopologyException>(() =>
            Topology.Parse($$"""{ "components": [{ "id": "a", "path": "{{path}}" }] }""", "")
        );

        Assert.Contains("\"path\" is the component's file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OverlongId_IsCutInTheError()
    {
        string id = new('a', 1_000_000);

        TopologyException error = Assert.Throws<TopologyException>(() =>
            Topology.Parse($$"""{ "endpoints": ["{{id}}"] }""", "")
        );

        Assert.Contains("aaa...' (1000000 characters) is not an id", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 400);
    }

    /// <summary>However deep it goes, it ends with an error and not with the stack.</summary>
    [Theory]
    [InlineData("{ \"components\": ", "[", "a component is an object, and here stands a list")]
    [InlineData("", "{ \"components\": [", "'components' is no property of a component")]
    [InlineData("{ \"components\": [{ \"limits\": ", "{ \"limits\": ", "'limits' is no property of limits")]
    public void Parse_DeepNesting_IsAnErrorOfItsPlace(string start, string repeated, string problem)
    {
        string json = start + string.Concat(Enumerable.Repeat(repeated, 100_000));

        TopologyException error = Assert.Throws<TopologyException>(() => Topology.Parse(json, ""));

        Assert.Equal(1, error.Line);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

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

    private static ComponentOptions OptionsOf(string property)
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
