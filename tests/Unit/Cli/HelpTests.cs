using FireAndForget.Cli;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary>The help of each command says what it reads, what it writes and how it ends.</summary>
public class HelpTests
{
    [Theory]
    [InlineData("new")]
    [InlineData("inspect")]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("bench")]
    [InlineData("cache list")]
    [InlineData("cache clear")]
    [InlineData("cluster deploy")]
    [InlineData("cluster status")]
    [InlineData("cluster move")]
    [InlineData("cluster remove")]
    [InlineData("cluster drain")]
    [InlineData("compile")]
    public void Help_EachCommand_SaysWhatItWritesAndItsExitCodes(string command)
    {
        string help = HelpOf(command);

        Assert.Contains("\nWrites:\n  ", help, StringComparison.Ordinal);
        Assert.Contains("\nExit codes:\n  0: done.\n  1: ", help, StringComparison.Ordinal);
        Assert.Contains("  2: ", help, StringComparison.Ordinal);
    }

    /// <summary>So that none is forgotten above.</summary>
    [Fact]
    public void Help_Faf_ListsTheCommandsOfTheOtherTest()
    {
        string help = HelpOf("");

        string[] commands =
        [
            .. help[help.IndexOf("Commands:", StringComparison.Ordinal)..]
                .Split('\n')
                .Skip(1)
                .Select(line => line.Trim().Split(' ')[0])
                .Where(name => name.Length != 0),
        ];
        Assert.Equal(["new", "inspect", "check", "run", "bench", "cache", "cluster", "compile"], commands);
    }

    [Fact]
    public void Help_Run_SaysWhatWaitsAndHowLongADelayMayBe()
    {
        string help = string.Join(' ', HelpOf("run").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains("what is published does not wait", help, StringComparison.Ordinal);
        Assert.Contains(
            "\"delay-ms\":1000 after that time, 31536000000 (a year) at most",
            help,
            StringComparison.Ordinal
        );
    }

    private static string HelpOf(string command)
    {
        using StringWriter output = new() { NewLine = "\n" };
        CommandLine
            .Parse([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])
            .Invoke(new() { Output = output });
        return output.ToString();
    }
}
