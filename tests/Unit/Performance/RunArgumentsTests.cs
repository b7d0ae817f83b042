using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>What the programs that measure are started with.</summary>
public sealed class RunArgumentsTests
{
    [Fact]
    public void Parse_AllOptions_AreTaken()
    {
        var arguments = RunArguments.Parse([
            "--quick",
            "--output=a=b",
            "--filter=Latency",
            "--commit=1 with changes",
            "--unfit=one",
            "--unfit=two",
        ]);

        Assert.True(arguments.IsQuick);
        Assert.Equal("a=b", arguments.Output);
        Assert.Equal("1 with changes", arguments.Commit);
        Assert.Equal(["one", "two"], arguments.Unfit);
        Assert.True(arguments.Includes("latency_p50"));
        Assert.False(arguments.Includes("growth"));
    }

    [Fact]
    public void Parse_Unknown_IsRefusedByName() =>
        Assert.Contains(
            "'--fast' is not understood",
            Assert.Throws<ArgumentException>(() => RunArguments.Parse(["--fast"])).Message,
            StringComparison.Ordinal
        );
}
