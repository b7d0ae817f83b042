using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run</c> gives the documented reason for every kind of refusal, of endpoints and of guests.</summary>
public sealed class RunRefusalTests : IDisposable
{
    private const string Topology = """
        {
          "components": [
            { "id": "mirror", "path": "c-mirror.wasm" },
            { "id": "one-a-year", "path": "c-mirror.wasm", "sends-to": ["client"],
              "rate": { "messages-per-second": 0.0000001 } },
            { "id": "two-messages", "path": "c-mirror.wasm", "sends-to": ["client"],
              "quota": { "messages": 2, "window-seconds": 31536000 } },
            { "id": "five-bytes", "path": "c-mirror.wasm", "sends-to": ["client"],
              "quota": { "bytes": 5, "window-seconds": 31536000 } },
            { "id": "for-others", "path": "c-mirror.wasm", "receives-from": ["others/*"] },
            { "id": "coded", "path": "c-mirror.wasm", "codecs": ["cbor", 513] },
            { "id": "short", "path": "c-mirror.wasm", "max-message-bytes": 3 },
            { "id": "narrow", "path": "c-mirror.wasm", "mailbox": { "bytes": 8 } },
            { "id": "once", "path": "c-mirror.wasm", "restart": { "max": 0 } },
          ],
          "endpoints": ["client"],
        }
        """;

    private readonly FafProgram _faf = new();

    public RunRefusalTests() => _faf.Write("refusals.json", Topology);

    public void Dispose() => _faf.Dispose();

    [Theory]
    [InlineData("No Id", "AA==", 1, "client", "invalid-message", "an id is 1 to 128 characters")]
    [InlineData("coded", "gA==", 1, "client", "invalid-message", "one of cbor, messagepack")]
    [InlineData("coded", "", 1, "client", "invalid-message", "one of cbor, messagepack")]
    [InlineData("nobody", "AA==", 1, "client", "target-not-found", null)]
    [InlineData("for-others", "AA==", 1, "client", "capability-denied", null)]
    [InlineData("mirror", "AA==", 1, "mirror", "capability-denied", null)]
    [InlineData("coded", "VQ==", 1, "client", "unsupported-codec", "'coded' accepts the codecs cbor, messagepack")]
    [InlineData("short", "AAAAAA==", 1, "client", "payload-too-large", "has 4 bytes and 'short' accepts at most 3")]
    [InlineData("narrow", "AAAAAAAAAAAA", 1, "client", "queue-full", "has 9 bytes and the mailbox of 'narrow' holds")]
    [InlineData("one-a-year", "AA==", 2, "one-a-year", "rate-limited", null)]
    [InlineData("two-messages", "AA==", 3, "two-messages", "rate-limited", null)]
    [InlineData("five-bytes", "AAAA", 2, "five-bytes", "rate-limited", null)]
    public void Run_RefusedMessage_GivesTheDocumentedReason(
        string to,
        string base64,
        int repeat,
        string sender,
        string reason,
        string? why
    )
    {
        string line = $$"""{"from":"client","to":"{{to}}","base64":"{{base64}}","repeat":{{repeat}}}""";

        FafResult result = _faf.Run(line, "run", "refusals.json");

        result.AssertDone();
        string refusal = Assert.Single(
            result.Events,
            e => e.Contains("\"event\":\"refused\"", StringComparison.Ordinal)
        );
        AssertRefusal(refusal, sender, sender == "client" ? to : "client", reason, why);
        Assert.Equal(1, result.Summary("refused"));
    }

    [Fact]
    public void Run_TargetThatStopped_IsClosed()
    {
        using Process faf = _faf.Start("run", "refusals.json");
        faf.StandardInput.WriteLine("""{"from":"client","to":"once","base64":"/w=="}""");
        faf.StandardInput.Flush();
        string? line;
        do
        {
            line = faf.StandardOutput.ReadLine();
            Assert.NotNull(line);
        } while (!line.Contains("\"stopped\"", StringComparison.Ordinal));

        faf.StandardInput.WriteLine("""{"from":"client","to":"once","base64":"AA=="}""");
        faf.StandardInput.Close();
        string[] rest = faf.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        faf.WaitForExit();

        AssertRefusal(
            Assert.Single(rest, e => e.Contains("\"event\":\"refused\"", StringComparison.Ordinal)),
            "client",
            "once",
            "closed",
            null
        );
    }

    /// <summary>What somebody hostile writes as a target stays within its JSON string.</summary>
    [Fact]
    public void Run_TargetWithControlCharacters_StaysOneLine()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"a\n{\"event\":\"stopped\"}\u001b[2J","text":"x"}""",
            "run",
            "refusals.json"
        );

        result.AssertDone();
        string refusal = Assert.Single(result.Events);
        Assert.DoesNotContain('\u001b', refusal);
        AssertRefusal(refusal, "client", "a\n{\"event\":\"stopped\"}\u001b[2J", "invalid-message", "an id is");
    }

    [Fact]
    public void Run_Verbose_LogsRefusalsAndPathsThatLeaveTheFolder()
    {
        Directory.CreateDirectory(_faf.PathOf("sub"));
        _faf.Write(
            "sub/outside.json",
            """{ "components": [{ "id": "mirror", "path": "../c-mirror.wasm" }], "endpoints": ["client"] }"""
        );
        const string Line = """{"from":"client","to":"no\nbody","text":"x"}""";

        FafResult silent = _faf.Run(Line, "run", "sub/outside.json");
        FafResult verbose = _faf.Run(Line, "run", "sub/outside.json", "--verbose");

        silent.AssertDone();
        Assert.Contains(
            "faf: sub/outside.json, line 1, column 44, components[0].path: the path '../c-mirror.wasm' leads out of the topology's folder",
            verbose.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("to 'no\\u000abody' was refused, InvalidMessage", verbose.Error, StringComparison.Ordinal);
        Assert.Equal(silent.Lines, verbose.Lines);
    }

    private static void AssertRefusal(string line, string from, string to, string reason, string? why)
    {
        using var refusal = JsonDocument.Parse(line);
        JsonElement root = refusal.RootElement;
        Assert.Equal(
            ("refused", from, to, reason),
            (
                root.GetProperty("event").GetString(),
                root.GetProperty("from").GetString(),
                root.GetProperty("to").GetString(),
                root.GetProperty("reason").GetString()
            )
        );
        Assert.Equal(why is not null, root.TryGetProperty("why", out JsonElement said));
        if (why is not null)
        {
            Assert.Contains(why, said.GetString(), StringComparison.Ordinal);
        }
    }
}
