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

    /// <summary>What a message is refused for.</summary>
    /// <param name="To">The target of the line.</param>
    /// <param name="Base64">Its bytes.</param>
    /// <param name="Repeat">How often it is sent.</param>
    /// <param name="Sender">Whose send is refused: the line's own, or that of the component which answers it.</param>
    /// <param name="Reason">The documented reason.</param>
    /// <param name="Why">Words of the reason, where there are any.</param>
    private sealed record Refusal(
        string To,
        string Base64,
        string Reason,
        string? Why = null,
        int Repeat = 1,
        string Sender = "client"
    );

    private static readonly Refusal[] Refusals =
    [
        new("No Id", "AA==", "invalid-message", "an id is 1 to 128 characters"),
        new("", "AA==", "invalid-message", "an id is 1 to 128 characters"),
        new("coded", "gA==", "invalid-message", "one of cbor, messagepack"),
        new("coded", "", "invalid-message", "one of cbor, messagepack"),
        new("nobody", "AA==", "target-not-found"),
        new("for-others", "AA==", "capability-denied"),
        new("mirror", "AA==", "capability-denied", Sender: "mirror"),
        new("coded", "VQ==", "unsupported-codec", "'coded' accepts the codecs cbor, messagepack"),
        new("short", "AAAAAA==", "payload-too-large", "has 4 bytes and 'short' accepts at most 3"),
        new("narrow", "AAAAAAAAAAAA", "queue-full", "has 9 bytes and the mailbox of 'narrow' holds"),
        new("one-a-year", "AA==", "rate-limited", Repeat: 2, Sender: "one-a-year"),
        new("two-messages", "AA==", "rate-limited", Repeat: 3, Sender: "two-messages"),
        new("five-bytes", "AAAA", "rate-limited", Repeat: 2, Sender: "five-bytes"),
    ];

    [Fact]
    public void Run_RefusedMessages_GiveTheDocumentedReasons()
    {
        IEnumerable<string> lines = Refusals.Select(r =>
            $$"""{"from":"client","to":"{{r.To}}","base64":"{{r.Base64}}","repeat":{{r.Repeat}}}"""
        );

        FafResult result = _faf.Run(string.Join('\n', lines), "run", "refusals.json");

        result.AssertDone();
        Assert.Equal(Refusals.Length, result.Summary("refused"));
        ILookup<string, string> refused = result
            .Events.Where(e => e.Contains("\"event\":\"refused\"", StringComparison.Ordinal))
            .ToLookup(SenderOf);
        Assert.Equal(Refusals.Length, refused.Sum(sender => sender.Count()));
        // Those of one sender are told in the order in which it sent.
        foreach (IGrouping<string, Refusal> expected in Refusals.GroupBy(r => r.Sender))
        {
            Assert.Equal(expected.Count(), refused[expected.Key].Count());
            foreach ((Refusal refusal, string line) in expected.Zip(refused[expected.Key]))
            {
                string to = refusal.Sender == "client" ? refusal.To : "client";
                AssertRefusal(line, refusal.Sender, to, refusal.Reason, refusal.Why);
            }
        }
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

    private static string SenderOf(string line)
    {
        using var refusal = JsonDocument.Parse(line);
        return refusal.RootElement.GetProperty("from").GetString()!;
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
