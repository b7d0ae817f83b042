using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>All mistakes of a topology file are told at once, each with its place and property.</summary>
public class TopologyMistakeTests
{
    /// <summary>One of each kind in one file.</summary>
    [Fact]
    public void Parse_ManyMistakes_TellsOfAllInTheFilesOrder()
    {
        const string Json = """
            {
              "parts": [1, { "a": [2] }],
              "components": [
                {
                  "path": 7, "file": { "id": [] },
                  "sends-to": ["B", "ok", false],
                  "limits": { "memory-bytes": -1, "fuel": null, "message-ms": 0.5 },
                  "wasi": { "environment": { "A=B": "", "C": 1 }, "directories": [{ "guest": "" }, []] }
                },
                "mirror.wasm",
                { "id": "a", "path": "a.wasm", "id": "b", "mailbox": [], "codecs": ["cobr"] },
                { "id": "Ä", "path": "" }
              ],
              "endpoints": ["a", "c", "c"]
            }
            """;

        Assert.Equal(
            [
                "2:3 parts: 'parts' is no property of the topology, which has components, endpoints, $schema.",
                "4:5 components[0]: a component here has no \"id\": the name under which others send to it.",
                "5:15 components[0].path: \"path\" is a string, and here stands 7.",
                "5:18 components[0].file: 'file' is no property of a component, which has id, path, sends-to, receives-from, "
                    + "publishes-to, subscribes-to, codecs, max-message-bytes, mailbox, limits, rate, quota, restart, wasi, config, "
                    + "placement, delivery.",
                "6:20 components[0].sends-to[0]: 'B' is not a pattern: a pattern is an id (1 to 128 characters of a-z, 0-9, "
                    + "'-', '_', '.', '/', starting with a letter or digit), or a prefix of one followed by '*'.",
                "6:31 components[0].sends-to[2]: a pattern is a string, and here stands false.",
                "7:35 components[0].limits.memory-bytes: \"memory-bytes\" is 0 to 9223372036854775807; -1 is not.",
                "7:39 components[0].limits.fuel: 'fuel' is no property of limits, which has message-ms, load-ms, memory-bytes, "
                    + "table-elements, open-files, output-bytes-per-second, open-requests, later-messages.",
                "7:67 components[0].limits.message-ms: \"message-ms\" is a whole number; 0.5 is not.",
                "8:41 components[0].wasi.environment['A=B']: 'A=B' is no name of an environment variable: it is not empty, and "
                    + "has no '=' and no NUL.",
                "8:50 components[0].wasi.environment.C: an environment variable is a string, and here stands 1.",
                "8:71 components[0].wasi.directories[0]: a directory here has no \"host\": the folder, relative to the topology's.",
                "8:82 components[0].wasi.directories[0].guest: '' is no path of a folder for guest: it is not empty, and has no NUL.",
                "8:88 components[0].wasi.directories[1]: a directory is an object, and here stands a list.",
                "10:5 components[1]: a component is an object, and here stands a string.",
                "11:36 components[2].id: \"id\" stands twice in a component; take one of them out.",
                "11:58 components[2].mailbox: \"mailbox\" is an object, and here stands a list.",
                "11:73 components[2].codecs[0]: 'cobr' is no codec: a codec is raw, cbor, protobuf, json, messagepack, borsh, "
                    + "bincode or, for any other, its multicodec number.",
                "12:13 components[3].id: '\\u00c4' is not an id: an id is 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', "
                    + "starting with a letter or digit.",
                "12:26 components[3].path: \"path\" is the component's file, .wasm or .wat, relative to the topology's folder.",
                "14:17 endpoints[0]: 'a' is the id of a component in line 11 already; give each part an id of its own.",
                "14:27 endpoints[2]: 'c' is the id of an endpoint in line 14 already; give each part an id of its own.",
            ],
            MistakesOf(Json)
        );
    }

    /// <summary>What stood before a place where it stops to be JSON is told, and nothing that comes behind.</summary>
    [Fact]
    public void Parse_MistakesBeforeAndBehindWhatIsNoJson_EndsThere()
    {
        string[] mistakes = MistakesOf("{ \"endpoints\": [1, 2,\n  x, 3] }");

        Assert.Equal(3, mistakes.Length);
        Assert.Equal("1:17 endpoints[0]: an endpoint is its id or an object, and here stands 1.", mistakes[0]);
        Assert.Equal("1:20 endpoints[1]: an endpoint is its id or an object, and here stands 2.", mistakes[1]);
        Assert.StartsWith(
            "2:3 endpoints: this is no JSON: 'x' is an invalid start of a value",
            mistakes[2],
            StringComparison.Ordinal
        );
    }

    [Theory]
    // A column counts UTF-16 characters, as .NET's strings and most editors do: an accent is one, and an emoji two.
    [InlineData("{ \"wasi\u00e9\": 1, \"b\": 2 }", "1:3", "1:15")]
    [InlineData("{ /* \ud83d\ude00 */ \"a\": 1 }", "1:12")]
    // A byte order mark is in no line, and a carriage return belongs to the line that it ends.
    [InlineData("\ufeff{\r\n\t\"a\": 1,\r\n\t\"b\": 2 }", "2:2", "3:2")]
    // A file that ends too early is wrong behind its last character.
    [InlineData("{", "1:2")]
    [InlineData("{\n", "2:1")]
    [InlineData("", "1:1")]
    public void Parse_Mistakes_HaveTheirPlaces(string json, params string[] places) =>
        Assert.Equal(places, MistakesOf(json).Select(mistake => mistake.Split(' ')[0]));

    /// <summary>An object or list in place of another value is one mistake, whatever is in it.</summary>
    [Theory]
    [InlineData("\"endpoints\": [{ \"id\": [1, 2, { \"a\": 3 }] }]")]
    [InlineData("\"endpoints\": { \"a\": [], \"a\": [] }")]
    [InlineData("\"other\": { \"components\": [{}], \"endpoints\": [\"A\"] }")]
    public void Parse_WholeValueOfTheWrongKind_IsOneMistake(string property) =>
        Assert.Single(MistakesOf($"{{ {property} }}"));

    [Fact]
    public void Parse_NameThatIsNotPlain_IsEscapedAndCutInThePath()
    {
        string name = $"\\n{new string('a', 100_000)}";

        TopologyException error = Refused($"{{ \"{name}\": 1 }}");

        Assert.Equal($"['\\u000a{new string('a', 63)}...' (100001 characters)]", error.Mistakes[0].Path);
    }

    /// <summary>However many there are, a bounded number is kept, and the last one says how many more there are.</summary>
    [Fact]
    public void Parse_MoreMistakesThanAreKept_CountsTheRest()
    {
        TopologyException error = Refused($"{{ \"endpoints\": [{string.Join(',', Enumerable.Repeat("1", 2500))}] }}");

        Assert.Equal(1001, error.Mistakes.Count);
        Assert.Equal("endpoints[999]", error.Mistakes[999].Path);
        TopologyMistake last = error.Mistakes[1000];
        Assert.Equal("and 1500 more from here on; mend the others first.", last.Message);
        Assert.Equal((error.Mistakes[999].Line, error.Mistakes[999].Column + 2), (last.Line, last.Column));
    }

    [Fact]
    public void Message_SeveralMistakes_HasALineForEach()
    {
        TopologyException error = Refused("{ \"a\": 1,\n\"endpoints\": [2] }");

        Assert.Equal(
            "the topology, line 1, column 3, a: 'a' is no property of the topology, which has components, endpoints, $schema.\n"
                + "the topology, line 2, column 15, endpoints[0]: an endpoint is its id or an object, and here stands 2.",
            error.Message
        );
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public void Mistakes_OfAnExceptionOfSomebodyElse_AreNone()
    {
        Assert.Empty(new TopologyException("wrong").Mistakes);
        Assert.Equal(0, new TopologyException().Line);
    }

    private static string[] MistakesOf(string json) =>
        [.. Refused(json).Mistakes.Select(m => $"{m.Line}:{m.Column} {m.Path}: {m.Message}")];

    private static TopologyException Refused(string json) =>
        Assert.Throws<TopologyException>(() => Topology.Parse(json, ""));
}
