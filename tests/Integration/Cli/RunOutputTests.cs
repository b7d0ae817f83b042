using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What <c>faf run</c> writes while its output is read late or never, and as its options want it.</summary>
public sealed class RunOutputTests : IDisposable
{
    /// <summary>A guest that makes a refusal of every second send, to ever the same name, and keeps itself at work.</summary>
    private const string Refused = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 2)
          (data (i32.const 0) "nobody")
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (local $n i32)
            (loop $l
              (drop (call $send (i32.const 0) (i32.const 6) (i32.const 0) (i32.const 1)))
              (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100))))
            (i32.const 1)))
        """;

    private readonly FafProgram _faf = new();

    public RunOutputTests()
    {
        _faf.Write("refused.wat", Refused);
        _faf.Write(
            "refused.json",
            """
            {
              "components": [{ "id": "refused", "path": "refused.wat",
                               "mailbox": { "messages": 100000, "bytes": 10000000 } }],
              "endpoints": ["client"]
            }
            """
        );
    }

    public void Dispose() => _faf.Dispose();

    /// <summary>Half a million refusals and five thousand dead letters, of which nothing is read before all that can be done is.</summary>
    [Fact]
    public void Run_OutputReadLate_NoEventIsLostAndRefusalsAreFolded()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"refused","size":1,"repeat":5000}""",
            "run",
            "refused.json"
        );

        result.AssertDone();
        long refusals = 0;
        long lines = 0;
        long letters = 0;
        foreach (string line in result.Events)
        {
            using var happened = JsonDocument.Parse(line);
            if (happened.RootElement.GetProperty("event").GetString() == "refused")
            {
                lines++;
                refusals += happened.RootElement.TryGetProperty("repeat", out JsonElement repeat)
                    ? repeat.GetInt64()
                    : 1;
            }
            else
            {
                letters++;
            }
        }

        Assert.Equal((500_000, 5_000), (refusals, letters));
        Assert.Equal(500_000, result.Summary("refused"));
        Assert.Equal(5_000, result.Summary("rejected"));
        Assert.InRange(lines, 1, 499_999);
    }

    [Fact]
    public void Run_OutputThatNobodyReads_EndsWhenItIsStopped()
    {
        using Process process = _faf.Start("run", "refused.json", "--for", "1");
        process.StandardInput.WriteLine("""{"from":"client","to":"refused","size":1,"repeat":90000}""");

        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.StartsWith("standard output: nobody read it", error, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void Run_EndpointsOutputThatNobodyReads_EndsWhenItIsStopped()
    {
        using Process process = _faf.Start("run", "topology.json", "--for", "1");
        process.StandardInput.WriteLine("""{"from":"client","to":"audit","size":65536,"repeat":9000000}""");

        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.StartsWith("standard output: nobody read it", error, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }

    [Theory]
    [InlineData(
        "\"text\":\"héllo \\\"\\\\\\n\\u001b[2J\\u202e😀\"",
        ",\"text\":\"héllo \\\"\\\\\\u000a\\u001b[2J\\u202e😀\"}"
    )]
    [InlineData("\"base64\":\"\"", ",\"text\":\"\"}")]
    [InlineData("\"base64\":\"/w==\"", "\"base64\":\"/w==\"}")]
    public void Run_Text_StandsBesideBase64WhereItIsUtf8(string message, string expected)
    {
        FafResult result = _faf.Run(
            $"{{\"from\":\"client\",\"to\":\"audit\",{message}}}",
            "run",
            "topology.json",
            "--text"
        );

        result.AssertDone();
        string line = Assert.Single(result.Events);
        Assert.EndsWith(expected, line, StringComparison.Ordinal);
        Assert.StartsWith(
            """{"event":"delivered","to":"audit","from":"client","base64":""",
            line,
            StringComparison.Ordinal
        );
    }

    /// <summary>The mailbox has room for one of the thousand at a time.</summary>
    [Fact]
    public void Run_Wait_NothingIsRefused()
    {
        _faf.Write(
            "narrow.json",
            """
            {
              "components": [{ "id": "mirror", "path": "c-mirror.wasm", "mailbox": { "messages": 1 }, "sends-to": ["client"] }],
              "endpoints": ["client"]
            }
            """
        );

        FafResult result = _faf.Run(
            """{"from":"client","to":"mirror","text":"a","repeat":1000}""",
            "run",
            "narrow.json",
            "--quiet",
            "--wait"
        );

        result.AssertDone();
        Assert.Equal((2000, 2000), (result.Summary("accepted"), result.Summary("handled")));
        Assert.Equal(0, result.Summary("refused"));
    }

    [Fact]
    public void Run_WaitForWhatCanNeverFit_IsRefused()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"mirror","size":1048577}""",
            "run",
            "topology.json",
            "--wait"
        );

        result.AssertDone();
        Assert.Contains("\"reason\":\"payload-too-large\"", Assert.Single(result.Events), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MoreThanAnEndpointTakes_IsRefused()
    {
        FafResult result = _faf.Run("""{"from":"client","to":"audit","size":67108865}""", "run", "topology.json");

        result.AssertDone();
        Assert.Contains("\"reason\":\"payload-too-large\"", Assert.Single(result.Events), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Summary_HasEachNumberInItsPlace() =>
        Assert.Equal(
            """{"event":"summary","sent":0,"accepted":0,"refused":0,"handled":0,"rejected":0,"trapped":0,"timed-out":0,"evicted":0,"undeliverable":0,"lost":0,"queued":0,"in-flight":0,"requests":0,"late-replies":0,"scheduled":0}""",
            Assert.Single(_faf.Run("", "run", "topology.json").Lines)
        );
}
