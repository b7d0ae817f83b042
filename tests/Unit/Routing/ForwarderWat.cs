namespace FireAndForget.Tests.Routing;

/// <summary>Passes on every message to "target" and answers with what that send was answered with.</summary>
internal static class ForwarderWat
{
    public const string Text = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "target")
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (call $send (i32.const 0) (i32.const 6) (local.get 2) (local.get 3))))
        """;
}
