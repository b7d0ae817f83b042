using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf bench</c>: the form of what it writes, and its errors. What it measures is nobody's to assert.</summary>
public sealed class BenchTests : IDisposable
{
    private static readonly string[] Properties =
    [
        "payload",
        "one_by_one_ns",
        "burst_ns",
        "threads_ns",
        "p50_ns",
        "p99_ns",
        "allocated_bytes",
    ];

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Bench_Json_IsOneObject() => AssertIsOneObjectForEach(16);

    [Fact]
    [Nightly]
    public void Bench_JsonOfSeveralPayloads_IsOneObjectForEach() => AssertIsOneObjectForEach(16, 0);

    private void AssertIsOneObjectForEach(params int[] payloads)
    {
        FafResult result = _faf.Run("", "bench", "c-mirror.wasm", "--payload", string.Join(',', payloads), "--json");

        result.AssertDone();
        Assert.Equal(payloads.Length, result.Lines.Length);
        foreach ((string line, int payload) in result.Lines.Zip(payloads))
        {
            using var figures = JsonDocument.Parse(line);
            JsonProperty[] properties = [.. figures.RootElement.EnumerateObject()];
            Assert.Equal(Properties, properties.Select(p => p.Name));
            Assert.Equal(payload, properties[0].Value.GetInt32());
            Assert.All(properties[1..^1], p => Assert.True(p.Value.GetDouble() > 0, line));
            Assert.True(properties[^1].Value.GetDouble() >= 0, line);
        }
    }

    [Fact]
    [Nightly]
    public void Bench_WithoutJson_IsATable()
    {
        FafResult result = _faf.Run("", "bench", TestFiles.Basic, "--payload", "256,16");

        result.AssertDone();
        string[][] cells = [.. result.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(3, cells.Length);
        Assert.Equal(Properties, cells[0]);
        Assert.Equal(["256", "16"], cells[1..].Select(row => row[0]));
    }

    [Theory]
    [InlineData("none.wasm", "none.wasm", "the file cannot be read")]
    [InlineData(TestFiles.HelloWorld, "hello_world.wasm", "handle-message")]
    [InlineData("trap.wat", "trap.wat", "trapped")]
    [InlineData("answer.wat", "answer.wat", "it exports no handle-message", "handle-request")]
    public void Bench_WhatCannotBeMeasured_IsAnError(string file, params string[] said)
    {
        // Handles its first message and traps on every other.
        _faf.Write(
            "trap.wat",
            """
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
              (global $calls (mut i32) (i32.const 0))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                (if (global.get $calls) (then (unreachable)))
                (global.set $calls (i32.const 1))
                (i32.const 0)))
            """
        );

        // Only answers requests.
        _faf.Write(
            "answer.wat",
            """
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
              (func (export "handle-request") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            """
        );

        FafResult result = _faf.Run("", "bench", file, "--payload", "16");

        Assert.Empty(result.Lines);
        result.AssertError(1, said);
    }

    [Theory]
    [InlineData("16,", "''")]
    [InlineData("-1", "'-1'")]
    [InlineData("1e3", "'1e3'")]
    [InlineData("16,99999999999", "'99999999999'")]
    public void Bench_WrongPayload_IsWrongUsage(string payload, string wrong) =>
        _faf.Run("", "bench", TestFiles.Basic, $"--payload={payload}").AssertError(2, "--payload", wrong);
}
