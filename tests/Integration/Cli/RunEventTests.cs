using System.Globalization;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run</c>: what it writes of what happens.</summary>
public sealed class RunEventTests : IDisposable
{
    private const string Unreachable = "wasm trap: wasm `unreachable` instruction executed";

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Run_MessageToTheMirror_IsDeliveredBack()
    {
        FafResult result = _faf.Run("""{"from":"client","to":"mirror","text":"hello"}""", "run", "topology.json");

        result.AssertDone();
        Assert.Equal(
            [
                """{"event":"delivered","to":"client","from":"mirror","base64":"b2xsZWg="}""",
                """{"event":"summary","sent":2,"accepted":2,"refused":0,"handled":2,"rejected":0,"trapped":0,"timed-out":0,"evicted":0,"undeliverable":0,"lost":0,"queued":0,"in-flight":0,"requests":0,"late-replies":0,"scheduled":0}""",
            ],
            result.Lines
        );
    }

    [Fact]
    public void Run_GuestThatWrites_IsOnStandardErrorWithItsIdInFront()
    {
        _faf.Write(
            "wasi.json",
            """
            {
              "components": [
                {
                  "id": "talker", "path": "c-wasi.wasm", "sends-to": ["client"],
                  "wasi": { "environment": { "NAME": "value" }, "arguments": ["talker"] },
                },
              ],
              "endpoints": ["client"],
            }
            """
        );

        FafResult result = _faf.Run(
            """
            {"from":"client","to":"talker","text":"!oto the log"}
            {"from":"client","to":"talker","text":"!eand errors"}
            {"from":"client","to":"talker","text":"!vNAME"}
            """,
            "run",
            "wasi.json"
        );

        Assert.Equal("talker: to the log\ntalker: and errors\n", result.Error.ReplaceLineEndings("\n"));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("""{"event":"delivered","to":"client","from":"talker","base64":"dmFsdWU="}""", result.Lines[0]);
        Assert.Equal(4, result.Summary("handled"));
    }

    [Fact]
    public void Run_GuestThatWritesTooMuch_IsCutAndTheRunGoesOn()
    {
        _faf.Write(
            "wasi.json",
            """{ "components": [{ "id": "talker", "path": "c-wasi.wasm" }], "endpoints": ["client"] }"""
        );
        string flood = new('x', 100_000);

        FafResult result = _faf.Run(
            $$"""
            {"from":"client","to":"talker","text":"!o{{flood}}"}
            {"from":"client","to":"talker","text":"!onext"}
            """,
            "run",
            "wasi.json",
            "--quiet"
        );

        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("talker: ", line, StringComparison.Ordinal));
        Assert.InRange(lines.Sum(line => line.Length), 32_000, 70_000);
        Assert.Contains("the rest is left out", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith("next", lines[^1].TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(2, result.Summary("handled"));
    }

    [Fact]
    public void Run_MessagesFile_IsSent()
    {
        _faf.Write("messages.jsonl", """{"from":"client","to":"mirror","text":"hello"}""" + "\r\n\r\n");

        FafResult result = _faf.Run("", "run", "topology.json", "--messages", "messages.jsonl");

        result.AssertDone();
        Assert.Equal(2, result.Summary("handled"));
    }

    [Fact]
    public void Run_AskedForStandardInput_ReadsIt()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"mirror","text":"hello"}""",
            "run",
            "topology.json",
            "--messages",
            "-"
        );

        result.AssertDone();
        Assert.Equal(2, result.Summary("handled"));
    }

    [Fact]
    public void Run_EachKindOfContent_ArrivesAsItIs()
    {
        (string Content, string Base64)[] messages =
        [
            ("\"text\":\"\\u0000\\u00e4\\\"\"", "AMOkIg=="),
            ("\"base64\":\"AP+/+g==\"", "AP+/+g=="),
            ("\"size\":3", "AAEC"),
            ("\"text\":\"\"", ""),
            ("\"size\":0", ""),
        ];
        IEnumerable<string> lines = messages.Select(m => $$"""{"from":"client","to":"audit",{{m.Content}}}""");

        FafResult result = _faf.Run(string.Join('\n', lines), "run", "topology.json");

        result.AssertDone();
        Assert.Equal(
            messages.Select(m => $$"""{"event":"delivered","to":"audit","from":"client","base64":"{{m.Base64}}"}"""),
            result.Events
        );
    }

    [Fact]
    public void Run_LargeMessage_ArrivesWhole()
    {
        const int Size = 3_000_001;

        FafResult result = _faf.Run($$"""{"from":"client","to":"audit","size":{{Size}}}""", "run", "topology.json");

        result.AssertDone();
        string line = Assert.Single(result.Events);
        int start = line.IndexOf("\"base64\":\"", StringComparison.Ordinal) + "\"base64\":\"".Length;
        byte[] bytes = Convert.FromBase64String(line[start..^2]);
        Assert.Equal(Enumerable.Range(0, Size).Select(i => (byte)(i % 251)), bytes);
    }

    [Fact]
    public void Run_ComponentThatMayNotSend_IsRefusedWithItsId()
    {
        _faf.Write(
            "deaf.json",
            """{ "components": [{ "id": "mirror", "path": "c-mirror.wasm" }], "endpoints": ["client"] }"""
        );

        FafResult result = _faf.Run("""{"from":"client","to":"mirror","text":"hello"}""", "run", "deaf.json");

        result.AssertDone();
        Assert.Equal(
            [
                """{"event":"refused","from":"mirror","to":"client","reason":"capability-denied"}""",
                """{"event":"dead-letter","from":"client","to":"mirror","outcome":"rejected","why":"handle-message returned an error"}""",
            ],
            result.Events
        );
        Assert.Equal(2, result.Summary("sent"));
        Assert.Equal(1, result.Summary("accepted"));
    }

    [Fact]
    public void Run_CoreModuleThatRejects_SaysItsNumber()
    {
        FafResult result = _faf.Run("""{"from":"client","to":"echo","text":"Q12"}""", "run", "topology.json");

        result.AssertDone();
        Assert.Contains(
            """{"event":"dead-letter","from":"client","to":"echo","outcome":"rejected","why":"handle-message returned 81"}""",
            result.Events
        );
        Assert.Contains("""{"event":"delivered","to":"client","from":"echo","base64":"UTEy"}""", result.Events);
    }

    [Fact]
    public void Run_GuestThatTraps_IsRestartedUntilNoRestartIsLeft()
    {
        _faf.Write(
            "twice.json",
            """
            {
              "components": [{ "id": "mirror", "path": "c-mirror.wasm", "restart": { "max": 1 } }],
              "endpoints": ["client"]
            }
            """
        );

        FafResult result = _faf.Run(
            """{"from":"client","to":"mirror","base64":"/w==","repeat":3}""",
            "run",
            "twice.json"
        );

        result.AssertDone();
        string letter =
            $$"""{"event":"dead-letter","from":"client","to":"mirror","outcome":"trapped","why":"{{Unreachable}}"}""";
        string[] own = [.. result.Events.Where(line => !line.Contains("refused", StringComparison.Ordinal))];
        Assert.Equal(
            [
                letter,
                $$"""{"event":"restarted","component":"mirror","why":"{{Unreachable}}"}""",
                letter,
                $$"""{"event":"stopped","component":"mirror","why":"{{Unreachable}}; no restart is left of 1 in 60 s"}""",
            ],
            own[..4]
        );
        // The third came before the component had stopped, or after.
        Assert.Equal(2, result.Summary("trapped"));
        Assert.Equal(1, result.Summary("undeliverable") + result.Summary("refused"));
        Assert.Contains(
            result.Events,
            line =>
                line.Contains("\"outcome\":\"undeliverable\"", StringComparison.Ordinal)
                || line.Contains("\"reason\":\"closed\"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Run_GuestWithoutEnd_TimesOut()
    {
        _faf.Write(
            "slow.json",
            """
            {
              "components": [{ "id": "slow", "path": "slow-handler.wasm", "limits": { "message-ms": 1 } }],
              "endpoints": ["client"]
            }
            """
        );

        FafResult result = _faf.Run("""{"from":"client","to":"slow","size":1}""", "run", "slow.json");

        result.AssertDone();
        Assert.StartsWith(
            """{"event":"dead-letter","from":"client","to":"slow","outcome":"timed-out","why":""",
            result.Lines[0],
            StringComparison.Ordinal
        );
        Assert.Equal(1, result.Summary("timed-out"));
    }

    [Fact]
    public void Run_MailboxThatDropsTheOldest_TellsOfEachThatWasEvicted()
    {
        _faf.Write(
            "drop.json",
            """
            {
              "components": [{
                "id": "basic", "path": "basic-handle-message.wasm",
                "mailbox": { "messages": 1, "when-full": "drop-oldest" }
              }],
              "endpoints": ["client"]
            }
            """
        );

        FafResult result = _faf.Run("""{"from":"client","to":"basic","size":8,"repeat":20000}""", "run", "drop.json");

        result.AssertDone();
        Assert.Equal(20_000, result.Summary("accepted"));
        Assert.Equal(result.Summary("evicted"), result.Events.Length);
        Assert.Equal(20_000, result.Summary("evicted") + result.Summary("handled"));
    }

    [Fact]
    public void Run_ManyMessages_LosesNoEvent()
    {
        string input = string.Join(
            '\n',
            """{"from":"client","to":"audit","text":"a","repeat":20000}""",
            """{"from":"client","to":"nobody","text":"b","repeat":20000}""",
            """{"from":"client","to":"crc","text":"c","repeat":20000}"""
        );

        FafResult result = _faf.Run(input, "run", "topology.json");

        result.AssertDone();
        // Where the output is behind, a line stands for several refusals.
        Dictionary<string, int> counts = result
            .Events.Select(line => line.Split(",\"repeat\":"))
            .GroupBy(
                line => line[0].TrimEnd('}'),
                line => line.Length == 1 ? 1 : int.Parse(line[1].TrimEnd('}'), CultureInfo.InvariantCulture)
            )
            .ToDictionary(lines => lines.Key + "}", lines => lines.Sum());
        Assert.Equal(20_000, counts["""{"event":"delivered","to":"audit","from":"client","base64":"YQ=="}"""]);
        Assert.Equal(
            20_000,
            counts["""{"event":"refused","from":"client","to":"nobody","reason":"target-not-found"}"""]
        );
        // To the third some come while its mailbox is full; each of them is either handled, and rejected, or refused.
        int full = counts.GetValueOrDefault("""{"event":"refused","from":"client","to":"crc","reason":"queue-full"}""");
        int rejected = counts[
            """{"event":"dead-letter","from":"client","to":"crc","outcome":"rejected","why":"handle-message returned an error"}"""
        ];
        Assert.Equal(20_000, full + rejected);
        Assert.Equal(60_000, counts.Values.Sum());
        Assert.Equal(60_000, result.Summary("sent"));
        Assert.Equal(result.Summary("sent"), result.Summary("accepted") + result.Summary("refused"));
    }

    [Fact]
    public void Run_SendersInOrder_KeepsTheirOrder()
    {
        string input = string.Join(
            '\n',
            Enumerable.Range(0, 1000).Select(i => $$"""{"from":"client","to":"audit","size":{{i}}}""")
        );

        FafResult result = _faf.Run(input, "run", "topology.json");

        result.AssertDone();
        Assert.Equal(result.Events.OrderBy(line => line.Length), result.Events);
        Assert.Equal(1000, result.Events.Length);
    }

    [Fact]
    public void Run_Quiet_WritesTheSummaryOnly()
    {
        string input = """
            {"from":"client","to":"mirror","text":"hello"}
            {"from":"client","to":"nobody","text":"hello"}
            """;

        FafResult result = _faf.Run(input, "run", "topology.json", "--quiet");

        result.AssertDone();
        Assert.Single(result.Lines);
        Assert.Equal(3, result.Summary("sent"));
        Assert.Equal(1, result.Summary("refused"));
    }

    [Fact]
    public void Run_NothingToSend_WritesTheSummary()
    {
        FafResult result = _faf.Run("", "run", "topology.json");

        result.AssertDone();
        Assert.Empty(result.Events);
        Assert.Equal(0, result.Summary("sent"));
    }

    [Fact]
    public void Run_Verbose_SaysOnStandardErrorWhatGoesOn()
    {
        FafResult result = _faf.Run("", "run", "topology.json", "--verbose");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("3 components and 2 endpoints are loaded", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Lines);
    }
}
