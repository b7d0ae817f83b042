using FireAndForget.Guests;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>Wasmtime refuses each of these components as a whole; both runtimes and an inspection do, too, in the same words.</summary>
public class GuestValidationTests
{
    private const string Module64 =
        "(core module $m (memory (export \"memory\") i64 1) "
        + "(func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) unreachable) "
        + "(func (export \"handle-message\") (param i32 i32 i32 i32) (result i32) i32.const 0) (func (export \"post\") (param i32)))";

    [Theory]
    [InlineData("(core module (func (result i32) i64.const 1))", "type mismatch: expected i32, found i64")]
    [InlineData("(type (record))", "record type must have at least one field")]
    [InlineData("(type (record (field \"a\" u8) (field \"A\" u8)))", "conflicts with previous field name")]
    [InlineData("(type $r (resource (rep i32))) (type (func (result (borrow $r))))", "cannot contain a `borrow`")]
    [InlineData("(instance $e) (export \"Not Kebab!\" (instance $e))", "is not in kebab case")]
    [InlineData("(instance $e) (export \"HANDLE-MESSAGE\" (instance $e))", "conflicts with previous name")]
    [InlineData(
        "(core module $n (import \"a\" \"f\" (func (param i64)))) "
            + "(core instance (instantiate $n (with \"a\" (instance (export \"f\" (func $i \"post\"))))))",
        "type mismatch for export `f` of module instantiation argument `a`; expected: (func (param i64)); "
            + "found: (func (param i32)) (at offset 0x"
    )]
    [InlineData(
        "(core module $n (import \"a\" \"f\" (func (param i32))) (import \"a\" \"f\" (func (param i32)))) "
            + "(core instance (instantiate $n (with \"a\" (instance (export \"f\" (func $i \"post\"))))))",
        "duplicate import name"
    )]
    [InlineData(
        "(export \"again\" (func $h) (func (param \"sender\" u8) (result (result))))",
        "ascribed type of export is not compatible"
    )]
    [InlineData(
        "(func (param \"a\" string) (canon lift (core func $i \"handle-message\") string-encoding=utf8 string-encoding=utf8))",
        "conflicts with option `utf8`"
    )]
    [InlineData("(component (import \"a\" (func)) (export \"b\" (func 0) (func (result u8))))", "ascribed type")]
    public void Check_InvalidComponent_IsRefusedAlikeEverywhere(string part, string reason)
    {
        var source = ComponentSource.FromText(MessengerWat.Receiver(after: part), "guest");

        string refusal = RefusalOf(source);

        Assert.StartsWith("it is not valid WebAssembly: ", refusal);
        Assert.Contains(reason, refusal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Fact]
    public void Check_ImportLoweredWithoutRealloc_IsRefused()
    {
        string wat = MessengerWat.Receiver(
            MessengerWat.HostMessaging(),
            """
            (core func $s (canon lower (func $host "self-id") (memory (core memory $i "memory"))))
            (core module $n (import "x" "y" (func (param i32))))
            (core instance (instantiate $n (with "x" (instance (export "y" (func $s))))))
            """
        );

        Assert.Contains("canonical option `realloc` is required", RefusalOf(ComponentSource.FromText(wat, "guest")));
    }

    [Theory]
    [InlineData(
        "(func async (param \"a\" u32) (canon lift (core func $i \"post\") async))",
        "async functions that are lifted without a callback",
        "Build it with a callback"
    )]
    [InlineData("(core module (memory 1 2 shared))", "threads with shared memory", "-pthread")]
    [InlineData("(core module (func try catch_all end))", "old form of exception handling", "--translate-to-exnref")]
    [InlineData("(type (list u8 4))", "component model fixed", "Build it without that")]
    public void Check_FeatureThatIsOff_IsNamedWithWhatHelps(string part, string feature, string advice)
    {
        var source = ComponentSource.FromText(MessengerWat.Receiver(after: part), "guest");

        string refusal = RefusalOf(source);

        Assert.StartsWith("it needs ", refusal);
        Assert.Contains(feature, refusal);
        Assert.Contains(advice, refusal);
    }

    [Fact]
    public void Check_MemoryOf64Bits_IsNamedWithWhatHelps() =>
        Assert.Contains(
            "Build it for wasm32",
            RefusalOf(ComponentSource.FromText(MessengerWat.Receiver(module: Module64), "guest"))
        );

    /// <summary>The module's own offsets would start anew at each module, and the stub's would be others.</summary>
    [Theory]
    [InlineData("(core module (func (export \"long\") {0} unreachable) (func (result i32) i64.const 123456789))")]
    [InlineData("(core module (data \"{0}\")) (core module (func (result i32) i64.const 123456789))")]
    public void Check_MistakeInAModule_CountsItsOffsetFromTheStartOfTheFile(string part)
    {
        string filler = part.Contains("data") ? new string('x', 5000) : string.Concat(Enumerable.Repeat("nop ", 5000));
        byte[] guest = GuestFiles.Wat(MessengerWat.Receiver(after: part.Replace("{0}", filler)));
        // The constant and the end of its function.
        int mistake = guest.AsSpan().IndexOf((byte[])[0x42, 0x95, 0x9A, 0xEF, 0x3A, 0x0B]) + 5;

        Assert.Contains($"(at offset 0x{mistake:x})", RefusalOf(ComponentSource.FromBytes(guest, "guest")));
    }

    [Fact]
    public void Check_MistakeBehindALongModule_CountsItsOffsetFromTheStartOfTheFile()
    {
        string filler = string.Concat(Enumerable.Repeat("nop ", 5000));
        byte[] guest = GuestFiles.Wat(
            MessengerWat.Receiver(after: $"(core module (func (export \"long\") {filler})) (type (record))")
        );

        string refusal = RefusalOf(ComponentSource.FromBytes(guest, "guest"));

        // The type is the file's last definition.
        int mistake = guest.AsSpan().LastIndexOf((byte[])[0x72, 0x00]);
        Assert.Contains($"record type must have at least one field (at offset 0x{mistake:x})", refusal);
    }

    /// <summary>Wasmtime's validation of a module alone lets it pass, and its compilation does not.</summary>
    [Fact]
    public void Check_CoreModuleInAnEncodingThatIsOff_IsRefusedByInspectToo()
    {
        byte[] guest =
        [
            .. "\0asm\x1\0\0\0"u8,
            .. Section(1, [1, 0x60, 4, 0x7F, 0x7F, 0x7F, 0x7F, 1, 0x7F]),
            .. Section(2, [1, 14, .. "host-messaging"u8, 0, 0x7F, 1, 4, .. "send"u8, 0, 0]),
            .. Section(3, [2, 0, 0]),
            .. Section(5, [1, 0, 1]),
            .. Section(7, [3, 6, .. "memory"u8, 2, 0, 12, .. "cabi_realloc"u8, 0, 1, 14, .. "handle-message"u8, 0, 2]),
            .. Section(10, [2, 4, 0, 0x41, 0, 0x0B, 4, 0, 0x41, 0, 0x0B]),
        ];

        string refusal = RefusalOf(ComponentSource.FromBytes(guest, "guest"));

        Assert.StartsWith("it needs compact imports, which this host's engine does not have", refusal);

        static byte[] Section(byte code, byte[] content) => [code, (byte)content.Length, .. content];
    }

    /// <summary>As wasm-tools writes it with --emit-canonical-names; Wasmtime knows the name with its whole version only.</summary>
    [Fact]
    public void Check_NameWhoseVersionIsKeptApart_RunsOnBothRuntimes()
    {
        // The two forms of the name are of the same length.
        byte[] whole = [0, 25, .. "wasi:cli/stdout@0.2.12345"u8];
        byte[] apart = [2, 19, .. "wasi:cli/stdout@0.2"u8, 1, 1, 3, .. ".12"u8];
        byte[] guest = GuestFiles.Wat(MessengerWat.Receiver("(import \"wasi:cli/stdout@0.2.12345\" (instance))"));
        apart.CopyTo(guest, guest.AsSpan().IndexOf(whole));
        var source = ComponentSource.FromBytes(guest, "guest");

        var inspection = ComponentInspection.Of(source);

        Assert.Null(inspection.Refusal);
        Assert.Equal(["wasi:cli/stdout@0.2.12"], inspection.Imports);
        foreach (bool prefersComponentApi in (bool[])[false, true])
        {
            using GuestLoader loader = new() { PrefersComponentApi = prefersComponentApi };
            loader.Release(loader.Load(source));
        }
    }

    /// <summary>Within a nested component the parts around it speak of the shorter name.</summary>
    [Fact]
    public void Check_NameWhoseVersionIsKeptApartWithinAComponent_IsToldAsTheFeatureThatIsOff()
    {
        byte[] whole = [0, 11, .. "a:b/c@0.2.0"u8];
        byte[] apart = [2, 7, .. "a:b/c@0"u8, 1, 1, 1, .. "2"u8];
        byte[] guest = GuestFiles.Wat(MessengerWat.Receiver(after: "(component (import \"a:b/c@0.2.0\" (instance)))"));
        apart.CopyTo(guest, guest.AsSpan().IndexOf(whole));

        Assert.Contains("--emit-canonical-names", RefusalOf(ComponentSource.FromBytes(guest, "guest")));
    }

    private static string RefusalOf(ComponentSource source)
    {
        string? refusal = ComponentInspection.Of(source).Refusal;
        Assert.NotNull(refusal);
        foreach (bool prefersComponentApi in (bool[])[false, true])
        {
            using GuestLoader loader = new() { PrefersComponentApi = prefersComponentApi };
            var e = Assert.Throws<ComponentLoadException>(() => loader.Load(source));
            Assert.Equal($"guest: {refusal}.", e.Message);
        }

        return refusal;
    }
}
