using FireAndForget.Guests.Instances;
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
    public void Environment_NoVariable_IsRefused(string name, string value, string reason)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new WasiOptions { Environment = { [name] = value } }.Snapshot()
        );

        Assert.StartsWith(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal("Environment", e.ParamName);
    }

    [Fact]
    public void Arguments_WithNul_AreRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new WasiOptions { Arguments = ["a", "b\0"] }.Snapshot()
        );

        Assert.StartsWith("the argument 'b\\u0000' has a NUL character", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/", "Host", "'' is no path of a folder for Host")]
    [InlineData(".", "a\0", "Guest", "'a\\u0000' is no path of a folder for Guest")]
    public void Directory_NoPath_IsRefused(string host, string guest, string property, string reason)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new WasiDirectory { Host = host, Guest = guest });

        Assert.StartsWith(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal(property, e.ParamName);
    }

    [Fact]
    public void Directories_TwoWithOnePath_AreRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new WasiOptions
            {
                Directories = [new() { Host = ".", Guest = "/data" }, new() { Host = "/tmp", Guest = "/data" }],
            }.Snapshot()
        );

        Assert.StartsWith("'/data' is the guest's path of two folders", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Guest")]
    [InlineData(false, "Host")]
    public void Directory_WithoutAPath_IsRefused(bool hasHost, string property)
    {
        WasiDirectory directory = hasHost ? new() { Host = "." } : new() { Guest = "/data" };

        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new WasiOptions { Directories = [directory] }.Snapshot()
        );

        Assert.Equal(property, e.ParamName);
    }

    [Fact]
    public void Any_NullInAList_IsRefused()
    {
        Assert.Throws<ArgumentNullException>("Directories", () => new WasiOptions { Directories = [null!] }.Snapshot());
        Assert.Throws<ArgumentNullException>("Arguments", () => new WasiOptions { Arguments = [null!] }.Snapshot());
        Assert.Throws<ArgumentNullException>(
            "Environment",
            () => new WasiOptions { Environment = { ["A"] = null! } }.Snapshot()
        );
        Assert.Throws<ArgumentNullException>("Host", () => new WasiDirectory { Host = null! });
        Assert.Throws<ArgumentNullException>("Wasi", () => new ComponentOptions { Wasi = null! });
    }

    [Fact]
    public void AnyList_Null_IsEmpty()
    {
        WasiOptions options = new()
        {
            Environment = null,
            Arguments = null,
            Directories = null,
        };

        Assert.Equal([], options.Environment);
        Assert.Equal([], options.Arguments);
        Assert.Equal([], options.Directories);
    }
}
