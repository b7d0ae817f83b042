using Xunit;

namespace FireAndForget.Tests;

/// <summary>Through Wasmtime's component API. Some only that can run.</summary>
public sealed class ComponentApiComponentTests() : ComponentContract(GuestRuntime.ComponentApi)
{
    /// <summary>Two instances of a nested component, one of which handles the messages; each has a memory of so many pages.</summary>
    private static string Nested(int pages) =>
        $"""
            (component
              (component $inner
                (core module $main
                  (memory (export "memory") {pages})
                  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
                  (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (local.get 3)))
                (core instance $main (instantiate $main))
                (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
                  (canon lift (core func $main "handle-message")
                    (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")))))
              (instance (instantiate $inner))
              (instance $used (instantiate $inner))
              (export "handle-message" (func $used "handle-message")))
            """;

    [Fact]
    public async Task NestedComponents_OnADefaultHost_Run()
    {
        await using TestHost host = new();
        Component nested = host.AddText("nested", Nested(pages: 1));
        MessagingEndpoint client = host.AddSender();
        client.Send("nested", []);
        client.Send("nested", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(nested.Statistics, handled: 1, rejected: 1);
    }

    [Fact]
    public async Task NestedComponents_TogetherLargerThanTheLimit_AreALoadError()
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("nested", Nested(pages: 513))
        );

        Assert.Contains(
            "its memories start with 67239936 bytes and its limit is 67108864",
            e.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>The world has each interface once, for all patches of WASI that a component asks for.</summary>
    [Fact]
    public async Task TwoVersionsOfWaiting_AreBothGiven()
    {
        await using TestHost host = new(runtime: GuestRuntime.ComponentApi);
        const string Import = """
            (import "wasi:io/poll@0.2.N" (instance
              (export "pollable" (type $p (sub resource))) (export "[method]pollable.block" (func (param "self" (borrow $p))))))
            """;
        string wat = Nested(pages: 1)
            .Replace(
                "(component\n",
                $"(component {Import.Replace('N', '0')} {Import.Replace('N', '1')}\n",
                StringComparison.Ordinal
            );

        host.AddText("waits", wat);
    }
}
