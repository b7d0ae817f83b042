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

    [Theory]
    [InlineData("", "/", "Host", "'' is no path of a folder for Host")]
    [InlineData(".", "a\0", "Guest", "'a\\u0000' is no path of a folder for Guest")]
    public void Directory_NoPath_IsRefused(string host, string guest, string property, string why)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new WasiDirectory { Host = host, Guest = guest });

        Assert.StartsWith(why, e.Message, StringComparison.Ordinal);
        Assert.Equal(property, e.ParamName);
    }

    [Fact]
    public void Directories_TwoWithOnePath_AreRefused()
    {
        WasiDirectory directory = new() { Host = ".", Guest = "/data" };

        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new WasiOptions { Directories = [directory, directory with { Host = "/tmp" }] }
        );

        Assert.StartsWith("'/data' is the guest's path of two folders", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Directories = null! });
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Directories = [null!] });
        Assert.Throws<ArgumentNullException>(() => new WasiDirectory { Host = null!, Guest = "" });
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Arguments = null! });
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Arguments = [null!] });
        Assert.Throws<ArgumentNullException>(() => new WasiOptions { Environment = null! });
        Assert.Throws<ArgumentNullException>(() =>
            new WasiOptions { Environment = new Dictionary<string, string> { ["A"] = null! } }
        );
        Assert.Throws<ArgumentNullException>(() => new ComponentOptions { Wasi = null! });
    }
}
