using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf run</c> while it goes on, and when it is stopped before everything is done.</summary>
public sealed class RunStopTests : IDisposable
{
    private const string Hello = """{"from":"client","to":"mirror","text":"hello"}""";
    private const string Answer = """{"event":"delivered","to":"client","from":"mirror","base64":"b2xsZWg="}""";

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Run_InputThatStaysOpen_SendsEachLineAndWritesEachEventAsItComes()
    {
        using Process process = _faf.Start("run", "topology.json");
        for (int i = 0; i < 3; i++)
        {
            process.StandardInput.WriteLine(Hello);
            process.StandardInput.Flush();
            // Were the input read to its end first, or the output held back, this would wait for ever.
            Assert.Equal(Answer, process.StandardOutput.ReadLine());
        }

        process.StandardInput.Close();
        Assert.Contains("\"sent\":6,", process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Run_TimeIsUpWhileInputIsOpen_WritesTheSummary()
    {
        using Process process = _faf.Start("run", "topology.json", "--for", "0.1");

        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Contains("\"event\":\"summary\",\"sent\":0,", output, StringComparison.Ordinal);
        Assert.Equal("", process.StandardError.ReadToEnd());
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Run_TimeIsUpWhileSending_SendsNothingMoreAndSettlesWhatWasSent()
    {
        FafResult result = _faf.Run(
            """{"from":"client","to":"audit","size":8,"repeat":9000000000000000000}""",
            "run",
            "topology.json",
            "--quiet",
            "--wait",
            "--for",
            "0.5"
        );

        result.AssertDone();
        Assert.InRange(result.Summary("sent"), 1, 1_000_000_000_000);
        // It waits where the mailbox is full: a refusal could only come from the host that stops.
        Assert.Equal(0, result.Summary("refused"));
        Assert.Equal(result.Summary("accepted"), result.Summary("handled") + result.Summary("undeliverable"));
        Assert.Equal(0, result.Summary("queued") + result.Summary("in-flight"));
    }

    [Fact]
    public void Run_TimeIsUpWhileAGuestRuns_MakesTheRestUndeliverable()
    {
        _faf.Write(
            "slow.json",
            """
            {
              "components": [{ "id": "slow", "path": "slow-handler.wasm", "limits": { "message-ms": 0 } }],
              "endpoints": ["client"]
            }
            """
        );

        FafResult result = _faf.Run(
            """{"from":"client","to":"slow","size":1,"repeat":1000}""",
            "run",
            "slow.json",
            "--for",
            "1"
        );

        result.AssertDone();
        Assert.InRange(result.Summary("undeliverable"), 1, 1000);
        Assert.Equal(result.Summary("accepted"), result.Summary("handled") + result.Summary("undeliverable"));
        // Each of them is told of, and the guest that was interrupted is not restarted for nothing.
        Assert.Equal(result.Summary("undeliverable"), result.Events.Length);
        Assert.All(
            result.Events,
            line => Assert.Contains("\"outcome\":\"undeliverable\"", line, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void Run_Signal_StopsAndWritesTheSummary(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no program there that sends signals.");
        Assert.SkipWhen(
            IsIgnored(signal),
            $"These tests were started with SIG{signal} ignored, as nohup and & of a script do, and so is every child of theirs."
        );
        using Process process = _faf.Start("run", "topology.json");
        process.StandardInput.WriteLine(Hello);
        process.StandardInput.Flush();
        Assert.Equal(Answer, process.StandardOutput.ReadLine());

        using (Process kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        Assert.Contains(
            "\"event\":\"summary\",\"sent\":2,",
            process.StandardOutput.ReadToEnd(),
            StringComparison.Ordinal
        );
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Whether this process ignores a signal: .NET leaves it at that, also in its children. By proc(5), where there is one.</summary>
    private static bool IsIgnored(string signal)
    {
        const string Name = "SigIgn:";
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal))
            : null;
        int number = signal switch
        {
            "HUP" => 1,
            "INT" => 2,
            _ => 15,
        };
        ulong ignored = line is null ? 0 : Convert.ToUInt64(line[Name.Length..].Trim(), 16);
        return (ignored >> (number - 1) & 1) != 0;
    }
}
