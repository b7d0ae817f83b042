using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Grants that make no sense are refused where they are given.</summary>
public class WasiOptionsTests
{
    [Theory]
    [InlineData("", "value", "'' is no name of an environment variable")]
    [InlineData("A=B", "value", "'A=B' is no name of an environment variable")]
    [InlineData("A\0", "value", "'A\\u0000' is no name of an environment variable")]
    [InlineData("A", "val\0ue", "the environment variable 'A' has a NUL character in its value")]
    public void Environment_NoVariable_IsRefused(string name, string value, string why)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new WasiOptions { Environment = new Dictionary<string, string> { [name] = value } }
        );

        Assert.StartsWith(why, e.Message, StringComparison.Ordinal);
        Assert.Equal("Environment", e.ParamName);
    }

    [Fact]
    public void Arguments_WithNul_AreRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new WasiOptions { Arguments = ["a", "b\0"] });

        Assert.StartsWith("the argument 'b\\u0000' has a NUL character", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Arguments = null! });
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Arguments = [null!] });
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Environment = null! });
        Assert.Throws<ArgumentNullException>(() =>
            new WasiOptions { Environment = new Dictionary<string, string> { ["A"] = null! } }
        );
        Assert.Throws<ArgumentNullException>(() => new ComponentOptions { Wasi = null! });
    }
}
