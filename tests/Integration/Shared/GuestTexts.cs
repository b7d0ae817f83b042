namespace FireAndForget.Tests;

/// <summary>Small core modules for what the fixtures do not show.</summary>
internal static class GuestTexts
{
    /// <summary>
    /// Rejects each message with its number in the life of this instance, 1 first. A message that starts with FF traps; one that
    /// starts with FE is sent back to its sender first and then traps.
    /// </summary>
    public const string Counting = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 4)
          (global $count (mut i32) (i32.const 0))
          (global $next (mut i32) (i32.const 1024))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $block i32)
            (local.set $block (global.get $next))
            (global.set $next (i32.add (local.get $block) (local.get 3)))
            (local.get $block))
          (func (export "handle-message")
            (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
            (global.set $next (i32.const 1024))
            (global.set $count (i32.add (global.get $count) (i32.const 1)))
            (if (local.get $length)
              (then
                (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 0xFE))
                  (then
                    (drop (call $send
                      (local.get $sender) (local.get $sender-length) (local.get $message) (local.get $length)))
                    (unreachable)))
                (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 0xFF)) (then (unreachable)))))
            (global.get $count)))
        """;

    /// <summary>Sends each message to the target that stands in it, and answers with what <c>send</c> answered.</summary>
    public const string Forwarding = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 4)
          (global $next (mut i32) (i32.const 1024))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $block i32)
            (local.set $block (global.get $next))
            (global.set $next (i32.add (local.get $block) (local.get 3)))
            (local.get $block))
          (func (export "handle-message")
            (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
            (global.set $next (i32.const 1024))
            (call $send (local.get $message) (local.get $length) (local.get $message) (local.get $length))))
        """;

    /// <summary>Rejects a message where another call of it runs already, which takes some hundred rounds to be seen.</summary>
    public const string AlwaysAlone = """
        (module
          (memory (export "memory") 2)
          (global $inside (mut i32) (i32.const 0))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message")
            (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
            (local $rounds i32) (local $answer i32)
            (local.set $answer (global.get $inside))
            (global.set $inside (i32.add (global.get $inside) (i32.const 1)))
            (local.set $rounds (i32.const 200))
            (loop $again
              (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
              (br_if $again (local.get $rounds)))
            (global.set $inside (i32.sub (global.get $inside) (i32.const 1)))
            (local.get $answer)))
        """;
}
