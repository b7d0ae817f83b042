using Xunit;

namespace FireAndForget.Tests;

/// <summary>Components whose functions have parameters of other names than the contract's: both runtimes load them, and they do the same.</summary>
public class ParameterNameTests
{
    private const string Other = "whatever-else";

    [Theory]
    [InlineData("message", Other, GuestRuntime.Direct)]
    [InlineData("message", Other, GuestRuntime.ComponentApi)]
    [InlineData(Other, "message", GuestRuntime.Direct)]
    [InlineData(Other, "message", GuestRuntime.ComponentApi)]
    public async Task Handle_ParametersOfOtherNames_Works(string ofImport, string ofExport, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        Component guest = host.AddText("guest", Wat(ofImport, ofExport), new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("guest", [1, 2, 3]);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
        Assert.Equal([1, 2, 3], Assert.Single(inbox.Received).Bytes);
    }

    private static string Wat(string ofImport, string ofExport) =>
        $$"""
            (component
              (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $messaging
                (type (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec" "payload-too-large"
                  "queue-full" "rate-limited" "closed"))
                (export "send-error" (type (eq 0)))
                (export "send" (func (param "target" string) (param "{{ofImport}}" (list u8)) (result (result (error 1)))))))
              (core module $memory
                (memory (export "memory") 2)
                (global $next (mut i32) (i32.const 1024))
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                  (global.get $next)
                  (global.set $next (i32.add (global.get $next) (i32.and (i32.add (local.get 3) (i32.const 15)) (i32.const -8))))))
              (core instance $memory (instantiate $memory))
              (core func $send (canon lower (func $messaging "send") (memory (core memory $memory "memory"))))
              (core module $main
                (import "m" "memory" (memory 1))
                (import "m" "send" (func $send (param i32 i32 i32 i32 i32)))
                (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                  (call $send (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 16))
                  (i32.load8_u (i32.const 16))))
              (core instance $main (instantiate $main (with "m" (instance
                (export "memory" (memory $memory "memory"))
                (export "send" (func $send))))))
              (func (export "handle-message") (param "sender" string) (param "{{ofExport}}" (list u8)) (result (result))
                (canon lift (core func $main "handle-message")
                  (memory (core memory $memory "memory")) (realloc (core func $memory "cabi_realloc")))))
            """;
}
