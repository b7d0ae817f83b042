using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What <c>faf</c> reads is no file, has no end, or is closed; and what it writes to is closed.</summary>
public sealed class RunInputTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public RunInputTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no devices and no shell there.");

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Inspect_ADeviceWithoutEnd_IsNoWebAssembly()
    {
        FafResult result = _faf.Run("", "inspect", "/dev/zero");

        result.AssertError(1, "/dev/zero: It is no WebAssembly: it starts with 00000000");
    }

    [Fact]
    public void Inspect_APipeWithoutEnd_IsNoWebAssembly()
    {
        using Process process = _faf.StartRedirected("< /dev/zero", "inspect", "/dev/stdin");

        Assert.Contains("It is no WebAssembly", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
    }

    [Theory]
    [InlineData("sparse.wasm", "It is no WebAssembly: it starts with 00000000")]
    [InlineData("sparse.wat", "the text is not WAT: it starts with 00000000")]
    public void Inspect_AFileOfNothing_IsNotReadFurther(string file, string problem)
    {
        using (FileStream sparse = File.Create(_faf.PathOf(file)))
        {
            sparse.SetLength(1L << 40);
        }

        _faf.Run("", "inspect", file).AssertError(1, $"{file}: {problem}");
    }

    [Fact]
    public void Inspect_AFileThatIsTooLarge_SaysTheBound()
    {
        using (FileStream large = File.Create(_faf.PathOf("large.wasm")))
        {
            large.Write([0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0]);
            large.SetLength(1L << 40);
        }

        _faf.Run("", "inspect", "large.wasm").AssertError(1, "large.wasm: ", "more than 256 MiB");
    }

    [Fact]
    public void Run_ATopologyWithoutEnd_SaysTheBound() =>
        _faf.Run("", "run", "/dev/zero").AssertError(1, "/dev/zero: ", "more than 64 MiB");

    /// <summary>The first signal was kept for a run that never began.</summary>
    [Fact]
    public async Task Run_ATopologyThatNeverComes_EndsByASignal()
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using (var made = Process.Start("mkfifo", _faf.PathOf("pipe.json")))
        {
            await made.WaitForExitAsync(cancelled);
        }

        using Process process = _faf.Start("run", "pipe.json");
        // It opens when faf reads, which waits then for what never comes.
        await using FileStream writer = await Task.Run(
                () =>
                    new FileStream(
                        _faf.PathOf("pipe.json"),
                        FileMode.Open,
                        FileAccess.Write,
                        FileShare.ReadWrite,
                        bufferSize: 0
                    ),
                cancelled
            )
            .WaitAsync(TestHost.Patience, cancelled);
        using (var signal = Process.Start("kill", ["-s", "TERM", $"{process.Id}"]))
        {
            await signal.WaitForExitAsync(cancelled);
        }

        try
        {
            await process.WaitForExitAsync(cancelled).WaitAsync(TestHost.Patience, cancelled);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void Run_AComponentWithoutEnd_IsNoWebAssembly()
    {
        _faf.Write("zero.json", """{ "components": [{ "id": "a", "path": "/dev/zero" }], "endpoints": ["client"] }""");

        _faf.Run("", "run", "zero.json").AssertError(1, "/dev/zero: It is no WebAssembly");
    }

    [Fact]
    public void Run_ALineWithoutEnd_IsWrongAndTheSummaryIsWritten()
    {
        FafResult result = _faf.Run("", "run", "topology.json", "--messages", "/dev/zero");

        result.AssertError(2, "/dev/zero, line 1: ", "more than 128 MiB");
        Assert.Equal(0, result.Summary("sent"));
    }

    /// <summary>The runtime's own pipe takes the number of a descriptor that was closed; reading from that never ended.</summary>
    [Fact]
    public void Run_ClosedInput_IsAnEmptyOne()
    {
        using Process process = _faf.StartRedirected("<&-", "run", "topology.json");

        Assert.Contains("\"sent\":0,", process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal("", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    public void Run_ClosedOutput_FailsBeforeAnythingIsSent(string redirections)
    {
        using Process process = _faf.StartRedirected(redirections, "run", "topology.json");

        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.StartsWith("standard output: it is closed", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void Run_ClosedError_RunsAsEver()
    {
        using Process process = _faf.StartRedirected("2>&-", "run", "topology.json", "--verbose");
        process.StandardInput.WriteLine("""{"from":"client","to":"mirror","text":"hello"}""");
        process.StandardInput.Close();

        Assert.Contains("\"handled\":2,", process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
