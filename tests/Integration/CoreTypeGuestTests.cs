using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// Guests whose core modules link with what Wasmtime's C API cannot list. Loading them as core modules ends the process, these tests
/// included; they run through the component API, whichever runtime is asked for.
/// </summary>
public class CoreTypeGuestTests
{
    [Theory]
    [InlineData("(func (export \"x\") (param anyref exnref))", GuestRuntime.Direct)]
    [InlineData("(func (export \"x\") (param anyref exnref))", GuestRuntime.ComponentApi)]
    [InlineData("(global (export \"x\") (ref null struct) (ref.null struct))", GuestRuntime.Direct)]
    [InlineData("(table (export \"x\") i64 1 0x100000000 funcref)", GuestRuntime.Direct)]
    [InlineData("(tag $t (export \"x\") (param i32))", GuestRuntime.Direct)]
    [InlineData("(tag $t (export \"x\") (param i32))", GuestRuntime.ComponentApi)]
    public async Task Component_ThatLinksWithUnusualTypes_HandlesMessages(string part, GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component guest = host.AddText("guest", Linked(part));
        MessagingEndpoint client = host.Host.AddEndpoint("client");

        Assert.Equal(SendStatus.Accepted, client.Send("guest", [1]));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    [Fact]
    public async Task CoreModule_ThatExportsUnusualTypes_IsRefusedAndTheHostGoesOn()
    {
        await using TestHost host = new(workers: 0);
        string wat = """
            (module (memory (export "memory") 1) (global (export "x") anyref (ref.null any))
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 16)
                (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
            """;

        var e = Assert.Throws<ComponentLoadException>(() => host.AddText("guest", wat));

        Assert.Contains("it exports the global x of type anyref", e.Message, StringComparison.Ordinal);
        host.AddText("guest", wat.Replace("(export \"x\")", "", StringComparison.Ordinal));
    }

    /// <summary>A receiver with a module that exports something, and one that imports it.</summary>
    private static string Linked(string part)
    {
        string import = part.Replace("(export \"x\")", "(import \"a\" \"x\")", StringComparison.Ordinal)
            .Replace(" (ref.null struct)", "", StringComparison.Ordinal);
        return $"""
            (component
                (core module $m (memory (export "memory") 1)
                    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 16)
                    (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
                (core instance $i (instantiate $m))
                (core module $a {part})
                (core instance $a (instantiate $a))
                (core module $b {import})
                (core instance (instantiate $b (with "a" (instance $a))))
                (func $h (param "sender" string) (param "message" (list u8)) (result (result))
                    (canon lift (core func $i "handle-message") (memory (core memory $i "memory"))
                        (realloc (core func $i "cabi_realloc"))))
                (export "handle-message" (func $h)))
            """;
    }
}
