using FireAndForget.Tests.Fuzz;
using FireAndForget.Tests.Fuzz.Running;
using Xunit;

namespace FireAndForget.Tests.Search;

/// <summary>The closing lines of a search, and its command line.</summary>
public class FuzzSummaryTests
{
    private static readonly string[] Areas = ["decoder", "lines"];

    [Fact]
    public void Lines_TwoAreas_SaysHowManyAndHowFast()
    {
        FuzzSettings settings = new() { Seed = 12 };

        string[] lines =
        [
            .. FuzzSummary.Lines(settings, [new("decoder", 2, 1000, 3000, 0), new("lines", 4, 10, 0, 0)]),
        ];

        Assert.Equal("decoder            4,000         2,000         1,000         3,000             0", lines[1]);
        Assert.Equal("lines                 10             2            10             0             0", lines[2]);
        Assert.Equal("Fuzz: seed 12, 4,010 executions, no finding.", lines[^1]);
    }

    [Fact]
    public void Lines_Findings_SaysWhereTheyAre()
    {
        FuzzSettings settings = new() { Seed = 12, Output = "kept" };

        string last = FuzzSummary.Lines(settings, [new("decoder", 2, 1, 1, 3)]).Last();

        Assert.Equal("Fuzz: seed 12, 5 executions, 3 findings; kept holds each input and how to replay it.", last);
    }

    [Fact]
    public void Parse_AllOptions_AreTaken()
    {
        FuzzSettings settings = FuzzSettings.Parse(
            ["--duration=60", "--seed=5", "--area=lines", "--output=there", "--first=9"],
            Areas
        );

        Assert.Equal(
            (60, 5, "lines", "there", 9),
            (settings.Seconds, settings.Seed, settings.Area, settings.Output, settings.First)
        );
    }

    [Theory]
    [InlineData("--duration=0", "'--duration=0' needs a whole number of at least 1.")]
    [InlineData("--duration", "'--duration' needs a whole number of at least 1.")]
    [InlineData("--seed=x", "'--seed=x' needs a whole number of at least 0.")]
    [InlineData("--area=nothing", "There is no area 'nothing'; the areas are decoder, lines.")]
    [InlineData("--replay=nowhere", "There is no file 'nowhere' to replay.")]
    [InlineData("--fast", "'--fast' is not understood.")]
    public void Parse_WrongOption_SaysWhatIsWrong(string option, string error)
    {
        FormatException e = Assert.Throws<FormatException>(() => FuzzSettings.Parse([option], Areas));

        Assert.StartsWith(error, e.Message, StringComparison.Ordinal);
    }
}
