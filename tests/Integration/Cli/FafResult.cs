using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What a run of the program left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record FafResult(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The lines but the last.</summary>
    public string[] Events => Lines[..^1];

    /// <summary>A number of the summary, which is the last line.</summary>
    public long Summary(string property)
    {
        using var summary = JsonDocument.Parse(Lines[^1]);
        Assert.Equal("summary", summary.RootElement.GetProperty("event").GetString());
        return summary.RootElement.GetProperty(property).GetInt64();
    }

    /// <summary>Standard error holds one line, and that one says all of this.</summary>
    public void AssertError(int exitCode, params string[] said)
    {
        Assert.Equal(exitCode, ExitCode);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(said, text => Assert.Contains(text, line, StringComparison.Ordinal));
    }

    public void AssertDone()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
    }
}
