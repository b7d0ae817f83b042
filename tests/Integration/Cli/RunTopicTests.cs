using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>Lines of <c>faf run</c> that are published, or sent later, and what is written of them.</summary>
public sealed class RunTopicTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public RunTopicTests() =>
        _faf.Write(
            "topics.json",
            """
            {
              "components": [
                { "id": "mirror", "path": "c-mirror.wasm", "sends-to": ["client"], "subscribes-to": ["news/*"] }
              ],
              "endpoints": ["client", { "id": "reader", "subscribes-to": ["news/sport"] }]
            }
            """
        );

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Run_Topic_IsDeliveredToEachSubscriberWithTheTopic()
    {
        FafResult result = _faf.Run(
            """
            {"from":"client","topic":"news/sport","text":"abc"}
            {"from":"client","topic":"news/other","text":"def"}
            {"from":"client","topic":"nothing","text":"ghi"}
            """,
            "run",
            "topics.json"
        );

        result.AssertDone();
        Assert.Equal(
            [
                """{"event":"delivered","to":"client","from":"mirror","base64":"Y2Jh"}""",
                """{"event":"delivered","to":"client","from":"mirror","base64":"ZmVk"}""",
                """{"event":"delivered","to":"reader","from":"client","topic":"news/sport","base64":"YWJj"}""",
            ],
            result.Events.Order(StringComparer.Ordinal)
        );
        Assert.StartsWith(
            """{"event":"summary","sent":5,"accepted":5,"refused":0,"handled":5,""",
            result.Lines[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Run_NoTopic_IsRefusedWithItAsTarget()
    {
        FafResult result = _faf.Run("""{"from":"client","topic":"No Topic","text":"abc"}""", "run", "topics.json");

        result.AssertDone();
        using var refused = JsonDocument.Parse(Assert.Single(result.Events));
        Assert.Equal("refused", refused.RootElement.GetProperty("event").GetString());
        Assert.Equal("No Topic", refused.RootElement.GetProperty("to").GetString());
        Assert.Equal("invalid-message", refused.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public void Run_Delay_IsWaitedFor()
    {
        FafResult result = _faf.Run(
            """
            {"from":"client","to":"reader","text":"2","delay-ms":150}
            {"from":"client","to":"reader","text":"1","delay-ms":0}
            {"from":"client","to":"nobody","text":"3","delay-ms":100}
            """,
            "run",
            "topics.json"
        );

        result.AssertDone();
        Assert.Equal(
            [
                """{"event":"delivered","to":"reader","from":"client","base64":"MQ=="}""",
                """{"event":"delivered","to":"reader","from":"client","base64":"Mg=="}""",
                """{"event":"refused","from":"client","to":"nobody","reason":"target-not-found"}""",
            ],
            result.Events.Order(StringComparer.Ordinal)
        );
        Assert.StartsWith(
            """{"event":"summary","sent":3,"accepted":2,"refused":1,"handled":2,""",
            result.Lines[^1],
            StringComparison.Ordinal
        );
    }

    /// <summary>No two of them may wait together; the second and third were refused, also with --wait.</summary>
    [Fact]
    public void Run_MoreDelayedThanMayWait_WaitsForThem()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"reader","size":40000000,"delay-ms":1,"repeat":3}""",
            "run",
            "topics.json",
            "--wait",
            "--quiet"
        );

        result.AssertDone();
        Assert.StartsWith(
            """{"event":"summary","sent":3,"accepted":3,"refused":0,"handled":3,""",
            result.Lines[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Run_StoppedWhileADelayedLineWaits_Ends()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"reader","size":40000000,"delay-ms":3600000,"repeat":3}""",
            "run",
            "topics.json",
            "--wait",
            "--quiet",
            "--for",
            "1"
        );

        result.AssertDone();
        Assert.Contains("\"accepted\":0,", result.Lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("\"scheduled\":0}", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StoppedWhileAMessageWaits_IsRefusedAsClosed()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"reader","text":"1","delay-ms":3600000,"repeat":3}""",
            "run",
            "topics.json",
            "--for",
            "1"
        );

        result.AssertDone();
        Assert.All(
            result.Events,
            line => Assert.Contains("\"to\":\"reader\",\"reason\":\"closed\"", line, StringComparison.Ordinal)
        );
        Assert.Contains("\"sent\":3,\"accepted\":0,\"refused\":3", result.Lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("\"scheduled\":0}", result.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"from":"client","topic":"a","to":"b","text":"1"}""", "\"topic\" and \"to\" are both there")]
    [InlineData(
        """{"from":"client","topic":"a","delay-ms":1,"text":"1"}""",
        "\"topic\" and \"delay-ms\" are both there"
    )]
    [InlineData(
        """{"from":"client","topic":"a","request":true,"text":"1"}""",
        "\"topic\" and \"request\" are both there"
    )]
    [InlineData(
        """{"from":"client","to":"a","request":true,"delay-ms":1,"text":"1"}""",
        "\"delay-ms\" and \"request\""
    )]
    [InlineData("""{"from":"client","topic":"a","topic":"b","text":"1"}""", "\"topic\" stands twice")]
    [InlineData("""{"from":"client","to":"a","delay-ms":-1,"text":"1"}""", "\"delay-ms\" is a whole number from 0 to")]
    [InlineData(
        """{"from":"client","to":"a","delay-ms":31536000001,"text":"1"}""",
        "\"delay-ms\" is a whole number from 0 to 31536000000"
    )]
    [InlineData("""{"from":"client","to":"a","delay-ms":"1","text":"1"}""", "\"delay-ms\" is a number")]
    public void Run_LineThatSaysTwoThings_IsWrongUsage(string line, string problem)
    {
        FafResult result = _faf.Run(line, "run", "topics.json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_TopicsThatHaveNobodyOnTheOtherSide_AreWarnedOf()
    {
        _faf.Write(
            "check.json",
            """
            {
              "components": [
                { "id": "a", "path": "c-mirror.wasm", "publishes-to": ["news/*", "sport", "lost/*"] },
                { "id": "b", "path": "c-mirror.wasm", "subscribes-to": ["news/local", "spo*", "weather", "*"] }
              ]
            }
            """
        );

        FafResult result = _faf.Run("", "check", "check.json");

        result.AssertDone();
        // "*" is a subscription to everything, so that somebody gets all that is published.
        Assert.Equal(["warning: check.json, component b, subscribes-to: nobody publishes to 'weather'."], result.Lines);
    }
}
