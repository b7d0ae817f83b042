using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>What is said of a topology file that is not as it should be: in which line, and what is wrong there.</summary>
public sealed class TopologyRefusalTests
{
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
        TopologyException error = Assert.Throws<TopologyException>(() => TopologyTests.OptionsOf(property));

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
}
