using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf check</c>: what it finds wrong with a topology and its files, and what it only warns of.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Check_SoundTopology_SaysNothing()
    {
        FafResult result = _faf.Run("", "check", "topology.json");

        result.AssertDone();
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Check_PatternsThatMatchNobody_AreWarnings()
    {
        _faf.Write(
            "lonely.json",
            """
            {
              "components": [
                { "id": "mirror", "path": "c-mirror.wasm", "sends-to": ["client", "mir*", "audit", "logs/*", "*"] },
                { "id": "crc", "path": "rust-receiver.wasm", "receives-from": ["mirror", "nobody"] },
                { "id": "deaf", "path": "rust-receiver.wasm", "receives-from": [] },
              ],
              "endpoints": ["client"],
            }
            """
        );

        FafResult result = _faf.Run("", "check", "lonely.json");

        result.AssertDone();
        Assert.Equal(
            [
                "warning: lonely.json, component mirror, sends-to: no component and no endpoint is 'audit', so it reaches nobody there.",
                "warning: lonely.json, component mirror, sends-to: no component and no endpoint matches 'logs/*', so it reaches nobody there.",
                "warning: lonely.json, component crc, receives-from: no component and no endpoint is 'nobody', so nobody reaches it by that.",
            ],
            result.Lines
        );
    }

    [Fact]
    public void Check_WrongTopology_SaysAllMistakesOnStandardOutput()
    {
        _faf.Write("wrong.json", "{\n  \"components\": [{ \"id\": \"A\",\n    \"path\": 5, \"colour\": 1 }]\n}");

        FafResult result = _faf.Run("", "check", "wrong.json");

        Assert.Equal((2, ""), (result.ExitCode, result.Error));
        Assert.Collection(
            result.Lines,
            line =>
                Assert.StartsWith(
                    "mistake: wrong.json, line 2, column 26, components[0].id: ",
                    line,
                    StringComparison.Ordinal
                ),
            line =>
                Assert.StartsWith(
                    "mistake: wrong.json, line 3, column 13, components[0].path: ",
                    line,
                    StringComparison.Ordinal
                ),
            line =>
                Assert.StartsWith(
                    "mistake: wrong.json, line 3, column 16, components[0]",
                    line,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Check_FilesThatCannotBeHosted_AreNamedOnceWithAllTheirComponents()
    {
        _faf.Write("bad.wat", "(module\n  (func");
        _faf.Write(
            "files.json",
            """
            {
              "components": [
                { "id": "one", "path": "hello_world.wasm" },
                { "id": "two", "path": "hello_world.wasm" },
                { "id": "bad", "path": "bad.wat" },
                { "id": "none", "path": "none.wasm" },
                { "id": "folder", "path": "c-wasi.wasm", "wasi": { "directories": [{ "host": "nowhere", "guest": "/data" }] } },
              ],
            }
            """
        );

        FafResult result = _faf.Run("", "check", "files.json");

        Assert.Equal((2, ""), (result.ExitCode, result.Error));
        Assert.Collection(
            result.Lines,
            line =>
                Assert.Contains(
                    "components one, two: hello_world.wasm: cannot be hosted: it exports no handle-message",
                    line,
                    StringComparison.Ordinal
                ),
            line => Assert.Contains("component bad: bad.wat: the text is not WAT", line, StringComparison.Ordinal),
            line =>
                Assert.Contains("component none: none.wasm: the file cannot be read", line, StringComparison.Ordinal),
            line => Assert.Contains("component folder, directories: the folder", line, StringComparison.Ordinal)
        );
    }

    /// <summary>The topology was called sound, and faf run refused to load it.</summary>
    [Fact]
    public void Check_CoreModuleThatIsGrantedAFolder_IsAMistake()
    {
        _faf.Write(
            "core.wat",
            """
            (module
              (memory (export "memory") 1)
              (func (export "malloc") (param i32) (result i32) (i32.const 8))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            """
        );
        _faf.Write(
            "granted.json",
            """
            {
              "components": [
                { "id": "plain", "path": "core.wat" },
                { "id": "granted", "path": "core.wat", "wasi": { "directories": [{ "host": ".", "guest": "/data" }] } },
              ],
            }
            """
        );

        FafResult result = _faf.Run("", "check", "granted.json");

        Assert.Equal((2, ""), (result.ExitCode, result.Error));
        Assert.StartsWith(
            "mistake: granted.json, component granted: core.wat: cannot be hosted: it is a core module, which cannot be granted directories",
            Assert.Single(result.Lines),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("none.json")]
    [InlineData("unread.json")]
    public void Check_WhatCannotBeRead_IsNoMistakeOfTheTopology(string file)
    {
        _faf.Write("unread.json", """{ "components": [{ "id": "none", "path": "none.wasm" }] }""");

        FafResult result = _faf.Run("", "check", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cannot be read", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", 0, "")]
    [InlineData("reject me", 3, "topology.json: not every message was handled: 1 rejected")]
    public void Run_FailOnDeadLetter_SaysSoInItsExitCode(string text, int exitCode, string error)
    {
        string line = $$"""{"from":"client","to":"{{(exitCode == 0 ? "mirror" : "crc")}}","text":"{{text}}"}""";

        FafResult result = _faf.Run(line, "run", "topology.json", "--fail-on-dead-letter");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode == 0 ? 0 : 1, result.Summary("rejected"));
        Assert.Equal(0, _faf.Run(line, "run", "topology.json").ExitCode);
    }
}
