using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run</c>: what is said of wrong input (of each kind of wrong line the unit tests say), with which exit code, and what is still done.</summary>
public sealed class RunErrorTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Theory]
    [InlineData("not json", "this is no JSON")]
    [InlineData(
        "{\"from\":\"client\",\"to\":\"mirror\",\"size\":1,\"times\":2}",
        "\"times\" is no property of a message"
    )]
    public void Run_WrongLine_SettlesWhatWasSentBeforeAndSendsNothingMore(string line, string problem)
    {
        string hello = """{"from":"client","to":"mirror","text":"hello"}""";

        FafResult result = _faf.Run($"{hello}\n\n{line}\n{hello}\n", "run", "topology.json");

        result.AssertError(2, "standard input, line 3: ", problem);
        Assert.Equal(["""{"event":"delivered","to":"client","from":"mirror","base64":"b2xsZWg="}"""], result.Events);
        Assert.Equal(2, result.Summary("sent"));
        Assert.Equal(2, result.Summary("handled"));
    }

    [Fact]
    public void Run_WrongLineOfAFile_NamesTheFile()
    {
        _faf.Write("messages.jsonl", "{}");

        FafResult result = _faf.Run("", "run", "topology.json", "--messages", "messages.jsonl", "--quiet");

        result.AssertError(2, "messages.jsonl, line 1: ");
        Assert.Equal(0, result.Summary("sent"));
    }

    [Fact]
    public void Run_WrongTopology_SaysWhere()
    {
        _faf.Write("wrong.json", "{\n  \"components\": [{ \"id\": \"a\",\n    \"path\": 5 }]\n}");

        FafResult result = _faf.Run("", "run", "wrong.json");

        result.AssertError(
            2,
            "wrong.json, line 3, column 13, components[0].path: \"path\" is a string, and here stands 5"
        );
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Run_TopologyWithSeveralMistakes_SaysEachInALine()
    {
        _faf.Write(
            "wrong.json",
            "{ \"components\": [{ \"id\": \"a\",\n    \"file\": \"c-mirror.wasm\" }],\n  \"endpoints\": [\"B\"] }"
        );

        FafResult result = _faf.Run("", "run", "wrong.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Collection(
            result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line =>
                Assert.StartsWith(
                    "wrong.json, line 1, column 18, components[0]: a component here has no \"path\"",
                    line,
                    StringComparison.Ordinal
                ),
            line =>
                Assert.StartsWith(
                    "wrong.json, line 2, column 5, components[0].file: 'file' is no property",
                    line,
                    StringComparison.Ordinal
                ),
            line =>
                Assert.StartsWith(
                    "wrong.json, line 3, column 17, endpoints[0]: 'B' is not an id",
                    line,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Run_MissingTopology_Fails()
    {
        FafResult result = _faf.Run("", "run", "none.json");

        result.AssertError(1, "none.json: the topology cannot be read");
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Run_MissingMessages_Fails()
    {
        FafResult result = _faf.Run("", "run", "topology.json", "--messages", "none.jsonl");

        result.AssertError(1, "none.jsonl: the messages cannot be read");
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("none.wasm", "the file cannot be read")]
    [InlineData("topology.json", "It is no WebAssembly")]
    [InlineData("hello_world.wasm", "it exports no handle-message")]
    [InlineData("bad.wat", "the text is not WAT")]
    public void Run_ComponentThatCannotBeLoaded_FailsBeforeAnythingIsSent(string path, string problem)
    {
        _faf.Write("bad.wat", "(module\n  (func");
        _faf.Write(
            "bad.json",
            $$"""
            {
              "components": [{ "id": "mirror", "path": "c-mirror.wasm", "sends-to": ["*"] }, { "id": "bad", "path": "{{path}}" }],
              "endpoints": ["client"]
            }
            """
        );

        FafResult result = _faf.Run("""{"from":"client","to":"mirror","text":"hello"}""", "run", "bad.json");

        result.AssertError(1, $"{path}: ", problem);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("inspect")]
    [InlineData("walk")]
    [InlineData("run", "topology.json", "other.json")]
    [InlineData("run", "topology.json", "--loud")]
    [InlineData("run", "topology.json", "--for", "-1")]
    [InlineData("run", "topology.json", "--for", "soon")]
    [InlineData("run", "topology.json", "--messages")]
    [InlineData("inspect", "")]
    public void Faf_WrongUsage_SaysSoInOneLine(params string[] arguments)
    {
        FafResult result = _faf.Run("", arguments);

        result.AssertError(2, "See faf", "--help.");
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("inspect", "--help")]
    public void Faf_Help_GoesToStandardOutput(params string[] arguments)
    {
        FafResult result = _faf.Run("", arguments);

        result.AssertDone();
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
    }
}
