using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>What a terminal is sent to show lines over those before.</summary>
public sealed class LiveLinesTests : IDisposable
{
    private readonly StringWriter _terminal = new();
    private readonly LiveLines _lines;

    public LiveLinesTests() => _lines = new(_terminal);

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Show_First_WritesTheLinesWhereTheCursorIs() =>
        Assert.Equal("\rone\e[K\n\rtwo\e[K\n\e[J", Shown(["one", "two"], 80));

    [Fact]
    public void Show_Again_GoesUpAndErasesOnlyWhatIsLeftBehindEachLineAndBelow()
    {
        Shown(["one", "two", ""], 80);

        Assert.Equal("\e[3A\r1\e[K\n\e[J", Shown(["1"], 80));
        Assert.Equal("\e[1A\r2\e[K\n\e[J", Shown(["2"], 80));
    }

    [Fact]
    public void Show_AfterTheTerminalBecameNarrower_GoesUpOverTheBrokenLinesToo()
    {
        Shown([new('a', 79), "short", new('b', 40)], 80);

        Assert.StartsWith("\e[4A", Shown(["1"], 40), StringComparison.Ordinal);
    }

    private string Shown(string[] lines, int width)
    {
        _terminal.GetStringBuilder().Clear();
        _lines.Show(lines, width);
        return _terminal.ToString();
    }
}
