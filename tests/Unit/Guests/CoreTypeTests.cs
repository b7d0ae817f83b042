using FireAndForget.Guests;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// Which imports and exports of core modules Wasmtime's C API can list. It ends the process at the others, so none of these guests may
/// become a module: the tests that make modules of them would not come back.
/// </summary>
public class CoreTypeTests
{
    public static TheoryData<string, string> Unlistable =>
        new()
        {
            { "(func (export \"x\") (param i32 anyref))", "exports the function x of type (i32, anyref) -> ()" },
            { "(func (export \"x\") (result exnref) unreachable)", "exports the function x of type () -> exnref" },
            { "(func (export \"x\") (param (ref func)))", "exports the function x of type ((ref func)) -> ()" },
            { "(func (export \"x\") (param (ref extern)))", "exports the function x of type ((ref extern)) -> ()" },
            {
                "(func (export \"x\") (param nullfuncref nullexternref nullref nullexnref))",
                "(nullfuncref, nullexternref, nullref, nullexnref)"
            },
            { "(func (export \"x\") (param eqref i31ref structref arrayref))", "(eqref, i31ref, structref, arrayref)" },
            { "(type $t (func)) (func (export \"x\") (param (ref null $t)))", "x of type ((ref null 0)) -> ()" },
            { "(global (export \"x\") anyref (ref.null any))", "exports the global x of type anyref" },
            { "(table (export \"x\") 1 i31ref)", "exports the table x of type i31ref" },
            { "(table (export \"x\") 1 nullfuncref)", "exports the table x of type nullfuncref" },
            {
                "(table (export \"x\") i64 1 0x100000000 funcref)",
                "exports the table x of type more than 2^32 elements"
            },
            { "(tag (export \"x\") (param anyref))", "exports the tag x of type (anyref) -> ()" },
        };

    public static TheoryData<string> Listable =>
        new()
        {
            "(func (export \"x\") (param i32 i64 f32 f64 v128 funcref externref))",
            "(func (export \"x\") (result (ref null func)) unreachable)",
            "(global (export \"x\") v128 (v128.const i64x2 0 0))",
            "(global (export \"x\") externref (ref.null extern))",
            "(table (export \"x\") 1 externref)",
            "(table (export \"x\") i64 1 0xffffffff funcref)",
            "(tag (export \"x\") (param i32 v128 externref))",
            "(func (param anyref exnref)) (global anyref (ref.null any)) (table 1 i31ref) (tag (param eqref))",
        };

    [Theory]
    [MemberData(nameof(Unlistable))]
    public void Decode_CoreModuleWithWhatCannotBeListed_IsRefusedWithItsType(string part, string words)
    {
        GuestDescription guest = GuestDecoder.Decode(GuestFiles.Wat(CoreModule(part)));

        Assert.Contains(words, guest.Refusal);
        Assert.Contains("keep it inside the module", guest.Refusal);
        Assert.Null(guest.Plan);
    }

    [Theory]
    [MemberData(nameof(Unlistable))]
    public void Decode_ComponentWithWhatCannotBeListed_GoesToTheComponentApi(string part, string words)
    {
        GuestDescription guest = GuestDecoder.Decode(GuestFiles.Wat(Component(part)));

        Assert.StartsWith("a core module of it exports the ", guest.Reason);
        Assert.Contains(words, guest.Reason);
        Assert.Null(guest.Plan);
        Assert.Null(guest.Refusal);
    }

    [Theory]
    [MemberData(nameof(Listable))]
    public void Load_CoreModuleWithWhatCanBeListed_Runs(string part) => Load(CoreModule(part), isDirect: true);

    [Theory]
    [MemberData(nameof(Listable))]
    public void Load_ComponentWithWhatCanBeListed_Runs(string part) => Load(Component(part), isDirect: true);

    [Theory]
    [MemberData(nameof(Unlistable))]
    public void Load_ComponentWithWhatCannotBeListed_Runs(string part, string words)
    {
        Assert.NotEqual("", words);
        Load(Component(part), isDirect: false);
    }

    [Fact]
    public void Decode_ImportThatCannotBeListed_IsNamed()
    {
        string wat = MessengerWat.Receiver(
            after: """
            (core module $n (import "a" "g" (global anyref)))
            (core module $p (global (export "g") anyref (ref.null any)))
            (core instance $p (instantiate $p))
            (core instance (instantiate $n (with "a" (instance $p))))
            """
        );

        Assert.Contains("exports the global g of type anyref", GuestDecoder.Decode(GuestFiles.Wat(wat)).Reason);
        Assert.Contains(
            "imports the global a.g of type anyref",
            GuestDecoder
                .Decode(GuestFiles.Wat(wat.Replace("(core instance $p (instantiate $p))", "(core instance $p)")))
                .Reason
        );
    }

    [Fact]
    public void Decode_TagHandedToAModule_GoesToTheComponentApi()
    {
        string wat = MessengerWat.Receiver(
            after: """
            (core module $p (tag (export "t") (param i32)))
            (core instance $p (instantiate $p))
            (core module $n (import "a" "t" (tag (param i32))))
            (core instance (instantiate $n (with "a" (instance $p))))
            """
        );

        Assert.Contains("is given a tag", GuestDecoder.Decode(GuestFiles.Wat(wat)).Reason);
        Load(wat, isDirect: false);
    }

    [Fact]
    public void Load_CoreModuleWithMoreMemoriesThanAGuestMayHave_IsRefusedByInspectToo()
    {
        string memories = string.Concat(Enumerable.Repeat("(memory 0)", 16));
        var inspection = ComponentInspection.Of(ComponentSource.FromText(CoreModule(memories)));

        Assert.Equal("it has more than 16 memories, which are the most that a guest may have", inspection.Refusal);
    }

    private static void Load(string wat, bool isDirect)
    {
        var source = ComponentSource.FromText(wat);
        var inspection = ComponentInspection.Of(source);
        Assert.Null(inspection.Refusal);
        Assert.Equal(isDirect ? GuestRuntime.Direct : GuestRuntime.ComponentApi, inspection.Runtime);
        using GuestLoader loader = new();
        loader.Release(loader.Load(source));
    }

    private static string CoreModule(string part) =>
        $"""
            (module {part} (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
            """;

    private static string Component(string part) =>
        MessengerWat.Receiver(after: $"(core module $n {part}) (core instance (instantiate $n))");
}
