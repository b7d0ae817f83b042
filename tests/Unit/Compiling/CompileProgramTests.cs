using FireAndForget.Guests;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>The program's side of compiling in a process of its own; both sides together the integration tests show.</summary>
public sealed class CompileProgramTests : IDisposable
{
    /// <summary>The smallest module.</summary>
    private static readonly byte[] Module = "\0asm\u0001\0\0\0"u8.ToArray();

    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Run_ValidBinary_WritesKeyAndCode()
    {
        int exitCode = Run("module", Module);

        (string key, byte[] compiled) = GuestLoader.CompileAlone("module", Module);
        byte[] output = _output.ToArray();
        Assert.Equal((0, ""), (exitCode, _error.ToString()));
        Assert.True(output.AsSpan().StartsWith(System.Text.Encoding.ASCII.GetBytes(key)));
        Assert.True(output.AsSpan().EndsWith(compiled));
    }

    [Theory]
    [InlineData("module")]
    [InlineData("component")]
    public void Run_InvalidBinary_WritesWhyAndNoCode(string kind)
    {
        int exitCode = Run(kind, [1, 2, 3]);

        Assert.Equal((3, 0), (exitCode, _output.Length));
        Assert.NotEmpty(_error.ToString());
    }

    [Fact]
    public void Run_WhatIsNotAsItMayBe_IsRefusedByName()
    {
        Assert.Throws<ArgumentNullException>("kind", () => Run(null!, Module));
        Assert.Contains("'script'", Assert.Throws<ArgumentException>("kind", () => Run("script", Module)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("maxMemoryBytes", () => Run("module", Module, maxMemoryBytes: -1));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Run("module", Module, timeout: -1));
        Assert.Throws<ArgumentNullException>(
            "input",
            () => CompileProgram.Run("module", 0, TimeSpan.Zero, null!, _output, _error)
        );
        Assert.Throws<ArgumentNullException>(
            "output",
            () => CompileProgram.Run("module", 0, TimeSpan.Zero, Stream.Null, null!, _error)
        );
        Assert.Throws<ArgumentNullException>(
            "error",
            () => CompileProgram.Run("module", 0, TimeSpan.Zero, Stream.Null, _output, null!)
        );
    }

    private int Run(string kind, byte[] binary, long maxMemoryBytes = long.MaxValue, long timeout = long.MaxValue)
    {
        using MemoryStream input = new(binary);
        return CompileProgram.Run(kind, maxMemoryBytes, TimeSpan.FromTicks(timeout), input, _output, _error);
    }
}
