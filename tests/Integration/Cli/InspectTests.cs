using Xunit;

namespace FireAndForget.Tests.Cli;

/// <summary><c>faf inspect</c>: what it says of each kind of file.</summary>
public sealed class InspectTests : IDisposable
{
    private const string Mirror =
        """{"file":"c-mirror.wasm","kind":"component","imports":["fire-and-forget:messaging/host-messaging@1.0.0"],"exports":["handle-message"],"receives":true,"sends":true,"runtime":"direct","why":""}""";

    private readonly FafProgram _faf = new();

    public void Dispose() => _faf.Dispose();

    [Fact]
    public void Inspect_Json_IsOneObjectALineInTheOrderOfTheFiles()
    {
        FafResult result = _faf.Run(
            "",
            "inspect",
            "echo-handler.wasm",
            "c-mirror.wasm",
            "rust-receiver.wasm",
            "--json"
        );

        result.AssertDone();
        Assert.Equal(
            [
                """{"file":"echo-handler.wasm","kind":"core-module","imports":["host-messaging.send"],"exports":["memory","cabi_realloc","handle-message"],"receives":true,"sends":true,"runtime":"direct","why":""}""",
                Mirror,
                """{"file":"rust-receiver.wasm","kind":"component","imports":[],"exports":["handle-message"],"receives":true,"sends":false,"runtime":"direct","why":""}""",
            ],
            result.Lines
        );
    }

    [Fact]
    public void Inspect_ComponentWithoutHandleMessage_IsDescribedAndRefused()
    {
        FafResult result = _faf.Run("", "inspect", "hello_world.wasm", "c-mirror.wasm", "--json");

        result.AssertError(1, "hello_world.wasm: cannot be hosted: it exports no handle-message", "it exports hello");
        Assert.Equal(2, result.Lines.Length);
        Assert.StartsWith(
            """{"file":"hello_world.wasm","kind":"component","imports":[],"exports":["hello"],"receives":false,"sends":false,"runtime":"component-api","why":"it exports no handle-message""",
            result.Lines[0],
            StringComparison.Ordinal
        );
        Assert.Equal(Mirror, result.Lines[1]);
    }

    [Theory]
    [InlineData("none.wasm", "the file cannot be read")]
    [InlineData("topology.json", "It is no WebAssembly")]
    [InlineData("cut.wasm", "The binary is damaged")]
    [InlineData("bad.wat", "the text is not WAT")]
    public void Inspect_NoWebAssembly_IsOnlyAnError(string file, string problem)
    {
        _faf.Write("bad.wat", "(module\n  (func");
        byte[] whole = File.ReadAllBytes(_faf.PathOf("c-mirror.wasm"));
        File.WriteAllBytes(_faf.PathOf("cut.wasm"), whole[..(whole.Length / 2)]);

        FafResult result = _faf.Run("", "inspect", file, "c-mirror.wasm", "--json");

        result.AssertError(1, $"{file}: ", problem);
        Assert.Equal([Mirror], result.Lines);
    }

    [Fact]
    public void Inspect_CodeThatIsNotValid_IsFound()
    {
        _faf.Write(
            "invalid.wat",
            """
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) nop))
            """
        );

        FafResult result = _faf.Run("", "inspect", "invalid.wat", "--json");

        result.AssertError(1, "invalid.wat: cannot be hosted: it is not valid WebAssembly: ", "type mismatch");
        Assert.Contains("\"kind\":\"core-module\"", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_UnknownImport_IsNamed()
    {
        _faf.Write(
            "needy.wat",
            """
            (module
              (import "env" "abort" (func))
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
            """
        );

        FafResult result = _faf.Run("", "inspect", "needy.wat", "--json");

        result.AssertError(1, "needy.wat: cannot be hosted: ", "env.abort");
        Assert.Contains("\"imports\":[\"env.abort\"]", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_TypesThatTheDirectRuntimeDoesNotKnow_AreForTheComponentApi()
    {
        _faf.Write("valid.wat", WasiComponent("i32.const 0"));
        _faf.Write("invalid.wat", WasiComponent("nop"));

        FafResult result = _faf.Run("", "inspect", "valid.wat", "invalid.wat", "--json");

        result.AssertError(1, "invalid.wat: cannot be hosted: it is not valid WebAssembly: ", "type mismatch");
        Assert.Equal(2, result.Lines.Length);
        Assert.StartsWith(
            """{"file":"valid.wat","kind":"component","imports":["wasi:foo/bar@0.2.0"],"exports":["handle-message"],"receives":true,"sends":false,"runtime":"component-api","why":"it imports wasi:foo/bar@0.2.0""",
            result.Lines[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Inspect_WasiOfTheClosedWorld_IsDirect()
    {
        FafResult result = _faf.Run("", "inspect", "c-wasi.wasm", "--json");

        result.AssertDone();
        string line = Assert.Single(result.Lines);
        Assert.Contains("\"wasi:filesystem/types@0.2.12\"", line, StringComparison.Ordinal);
        Assert.EndsWith("\"runtime\":\"direct\",\"why\":\"\"}", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_LongNameWithoutJson_StandsUnbroken()
    {
        string name = $"{new string('x', 200)}[bold].wasm";
        File.Copy(_faf.PathOf("c-mirror.wasm"), _faf.PathOf(name));

        FafResult result = _faf.Run("", "inspect", name);

        result.AssertDone();
        Assert.Equal(name, result.Lines[0]);
        Assert.Contains("  runtime   direct", result.Lines);
        Assert.Contains("  imports   fire-and-forget:messaging/host-messaging@1.0.0", result.Lines);
    }

    [Fact]
    public void Inspect_CoreModuleThatIsInitialized_SaysSo()
    {
        File.WriteAllText(
            _faf.PathOf("reactor.wat"),
            """
            (module
              (memory (export "memory") 1)
              (func (export "_initialize"))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            """
        );

        FafResult result = _faf.Run("", "inspect", "reactor.wat");

        result.AssertDone();
        Assert.Contains("  starts    _initialize is called once in each fresh instance", result.Lines);
    }

    private static string WasiComponent(string handleMessage) =>
        $"""
            (component
              (import "wasi:foo/bar@0.2.0" (instance (type $t u8) (export "x" (type (eq $t)))))
              (core module $m
                (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
                (func (export "handle-message") (param i32 i32 i32 i32) (result i32) {handleMessage}))
              (core instance $i (instantiate $m))
              (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
                (canon lift (core func $i "handle-message")
                  (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")))))
            """;
}
