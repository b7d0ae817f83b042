using FireAndForget.Guests;
using FireAndForget.Guests.Decoding;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>A stub imports and exports what its module does, and is as long.</summary>
public class ModuleStubTests
{
    public static TheoryData<string> Modules =>
        new()
        {
            // What is left out leaves no byte, one, two, three and many.
            "(func (export \"a\"))",
            "(func (export \"a\") nop)",
            "(func (export \"a\") nop nop)",
            "(func (export \"a\") (result i32) i32.const 1000000)",
            "(func (export \"a\")) (func)",
            "(func (export \"a\") nop) (func $s) (start $s)",
            "(func $a) (func $b (result i64) i64.const 1) (func (export \"a\") call $a) (func (export \"b\") (result i64) call $b)",
            "(import \"x\" \"f\" (func $f)) (export \"f\" (func $f)) (func (export \"a\"))",
            "(memory (export \"m\") 1) (data (i32.const 0) \"abc\") (data \"passive\") (func (export \"a\") data.drop 1)",
            "(table (export \"t\") 1 funcref) (elem (i32.const 0) $a) (func $unused (param f32)) (func $a (param i32))",
            "(global (export \"g\") funcref (ref.func $a)) (func $unused (param f32)) (func $a (param i32))",
            "(global (export \"g\") (mut i64) (i64.const 7)) (global i32 (i32.add (i32.const 1) (i32.const 2)))",
            "(tag (export \"t\") (param i32)) (func (export \"a\") (result i32) block (result i32) i32.const 1 end)",
            "(type $s (struct (field i32))) (func (export \"a\") (param i32)) (global (ref $s) (struct.new $s (i32.const 1)))",
            "(table 2 (ref func) (ref.func $a)) (func $unused (param f32)) (func $a (export \"a\") (param i32) (result i32) local.get 0)",
            "",
        };

    [Theory]
    [MemberData(nameof(Modules))]
    public void Stub_OfAModule_ImportsAndExportsTheSame(string parts) =>
        AssertSame(GuestFiles.Wat($"(module {parts})"));

    [Fact]
    public void Stub_OfEachFixture_ImportsAndExportsTheSame()
    {
        foreach (string name in GuestFiles.All)
        {
            AssertSame(GuestFiles.Read(name));
        }
    }

    [Fact]
    public void Stub_OfAModuleWithManyFunctions_KeepsOneOfEachType()
    {
        string functions = string.Concat(Enumerable.Repeat("(func (result i32) i32.const 7)", 1000));
        string exports = string.Concat(Enumerable.Range(0, 1000).Select(i => $"(export \"{i}\" (func {i}))"));
        byte[] guest = GuestFiles.Wat($"(module {functions} {exports})");

        byte[] stub = StubOf(guest);

        Assert.Equal(1, stub.AsSpan().Count((byte[])[3, 0, 0, 0x0B]));
        AssertSame(guest);
    }

    private static void AssertSame(byte[] guest)
    {
        byte[] stub = StubOf(guest);
        Assert.Equal(guest.Length, stub.Length);
        using Engine engine = GuestLoader.CreateCheckingEngine();
        GuestOutline outline = GuestDecoder.Decode(guest).Outline;
        GuestOutline stubs = GuestDecoder.Decode(stub).Outline;
        Assert.Equal(outline.Modules.Count, stubs.Modules.Count);
        foreach ((CoreModule module, CoreModule replaced) in outline.Modules.Zip(stubs.Modules))
        {
            Assert.Null(Module.Validate(engine, replaced.Bytes.Span));
            Assert.False(replaced.HasStart);
            Assert.Equal(
                module.Imports.Select(import => Described(module, $"{import.Module}.{import.Name}", import.External)),
                replaced.Imports.Select(import =>
                    Described(replaced, $"{import.Module}.{import.Name}", import.External)
                )
            );
            Assert.Equal(
                module.Exports.Select(export => Described(module, export.Key, export.Value)),
                replaced.Exports.Select(export => Described(replaced, export.Key, export.Value))
            );
        }
    }

    private static byte[] StubOf(byte[] guest) => GuestDecoder.Decode(guest).Outline.Stub(guest);

    private static string Described(CoreModule module, string name, CoreExternal external) =>
        external.Sort switch
        {
            CoreSort.Table or CoreSort.Global => $"{external.Sort} {name} {module.Types.ValueAt(external.Place)}",
            CoreSort.Memory => $"{external.Sort} {name}",
            _ => $"{external.Sort} {name} {module.Types.Describe(external.Place)}",
        };
}
