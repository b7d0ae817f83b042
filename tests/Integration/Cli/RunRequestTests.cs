using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>Lines of <c>faf run</c> that ask, guests that ask each other, and what is written of the replies.</summary>
public sealed class RunRequestTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public RunRequestTests()
    {
        File.Copy(TestFiles.PathOf(TestFiles.ConversationComponent), _faf.PathOf("component.wasm"));
        File.Copy(TestFiles.PathOf(TestFiles.ConversationCore), _faf.PathOf("core.wasm"));
        _faf.Write(
            "requests.json",
            """
            {
              "components": [
                { "id": "component", "path": "component.wasm", "sends-to": ["*"] },
                { "id": "core", "path": "core.wasm", "sends-to": ["*"], "limits": { "open-requests": 1, "later-messages": 0 } },
                { "id": "small", "path": "core.wasm", "mailbox": { "messages": 2 } },
                { "id": "crc", "path": "rust-receiver.wasm" }
              ],
              "endpoints": ["client", "log"]
            }
            """
        );
    }

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Run_Requests_AreWrittenWithTheirOutcome()
    {
        FafResult result = _faf.Run(
            """
            {"from":"client","to":"component","base64":"ADQy","request":true}
            {"from":"client","to":"core","text":"\u0001","request":true,"timeout-ms":60000}
            {"from":"client","to":"core","text":"\u0002","request":true}
            {"from":"client","to":"crc","text":"x","request":true}
            {"from":"client","to":"nobody","text":"x","request":true}
            {"from":"client","to":"component","text":"not asked","request":false}
            """,
            "run",
            "requests.json",
            "--text"
        );

        result.AssertDone();
        Assert.Equal(
            [
                """{"event":"reply","from":"component","to":"client","outcome":"handled","base64":"NDI=","text":"42"}""",
                """{"event":"reply","from":"core","to":"client","outcome":"rejected","why":"handle-request returned 0"}""",
                """{"event":"reply","from":"core","to":"client","outcome":"trapped","why":"wasm trap: wasm `unreachable` instruction executed"}""",
                """{"event":"reply","from":"crc","to":"client","outcome":"rejected","why":"the component has no handle-request, and answers no requests"}""",
            ],
            result
                .Events.Where(line => line.Contains("\"reply\"", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            """{"event":"refused","from":"client","to":"nobody","reason":"target-not-found"}""",
            result.Events
        );
        // Five messages were accepted, and four replies.
        Assert.EndsWith(
            "\"sent\":10,\"accepted\":9,\"refused\":1,\"handled\":6,\"rejected\":2,\"trapped\":1,\"timed-out\":0,"
                + "\"evicted\":0,\"undeliverable\":0,\"lost\":0,\"queued\":0,\"in-flight\":0,"
                + "\"requests\":4,\"late-replies\":0,\"scheduled\":0}",
            result.Lines[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Run_GuestsThatAskEachOther_AreCountedWithTheirReplies()
    {
        // 1: ask the target; twice at once by one that may have a single request open.
        FafResult result = _faf.Run(
            """
            {"from":"client","to":"component","text":"\u0001\u0004core\u0000hi"}
            {"from":"client","to":"core","text":"\u0001\u0003log\u0000"}
            """,
            "run",
            "requests.json"
        );

        result.AssertDone();
        Assert.Equal(2, result.Summary("requests"));
        Assert.Equal(8, result.Summary("sent"));
        Assert.Contains(
            """{"event":"delivered","to":"log","from":"component","base64":"AQAAAAAAAAAAaGk="}""",
            result.Events
        );
        Assert.Contains(
            """{"event":"dead-letter","from":"core","to":"log","outcome":"rejected","why":"the endpoint has no handler for requests"}""",
            result.Events
        );
    }

    [Fact]
    public void Run_ManyRequests_WaitForRoomWhereTheyAreAskedTo()
    {
        const string Line = """{"from":"client","to":"small","base64":"ADQy","request":true,"repeat":5000}""";
        FafResult waiting = _faf.Run(Line, "run", "requests.json", "--wait");
        FafResult refused = _faf.Run(Line, "run", "requests.json", "--quiet");

        waiting.AssertDone();
        Assert.Equal(5000, waiting.Events.Length);
        Assert.Equal(
            (5000, 10_000, 0),
            (waiting.Summary("requests"), waiting.Summary("sent"), waiting.Summary("refused"))
        );
        refused.AssertDone();
        Assert.Equal(5000, refused.Summary("requests") + refused.Summary("refused"));
        Assert.Equal(2 * refused.Summary("requests"), refused.Summary("handled"));
    }

    [Theory]
    [InlineData("""{"from":"client","to":"core","text":"x","timeout-ms":5}""", "\"timeout-ms\" stands beside")]
    [InlineData("""{"from":"client","to":"core","text":"x","request":1}""", "\"request\" is true or false")]
    [InlineData("""{"from":"client","topic":"core","text":"x","request":true}""", "\"topic\" and \"request\"")]
    [InlineData(
        """{"from":"client","to":"core","text":"x","request":true,"delay-ms":1}""",
        "\"delay-ms\" and \"request\""
    )]
    [InlineData("""{"from":"client","to":"core","text":"x","request":true,"timeout-ms":-1}""", "a whole number from 0")]
    [InlineData("""{"from":"client","to":"core","text":"x","request":true,"request":true}""", "stands twice")]
    public void Run_RequestThatIsNone_IsWrongUsage(string line, string problem)
    {
        FafResult result = _faf.Run(line, "run", "requests.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("line 1", result.Error, StringComparison.Ordinal);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_GuestsThatAskAndAnswer_ReceiveAndSend()
    {
        FafResult result = _faf.Run("", "inspect", "component.wasm", "core.wasm", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.All(
            result.Lines,
            line =>
                Assert.Contains(
                    "\"receives\":true,\"sends\":true,\"runtime\":\"direct\",\"why\":\"\"}",
                    line,
                    StringComparison.Ordinal
                )
        );
        Assert.Contains("host-messaging.request", result.Lines[1], StringComparison.Ordinal);
        Assert.Contains("handle-reply", result.Lines[0], StringComparison.Ordinal);
    }
}
