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

    /// <summary>
    /// Asks for the wall clock's time in its start function, and starts for ever where that is a second or more after 1970. Traps at
    /// each message.
    /// </summary>
    public const string SlowStart = """
        (component
          (import "wasi:clocks/wall-clock@0.2.0" (instance $clock
            (type $t (record (field "seconds" u64) (field "nanoseconds" u32)))
            (export "datetime" (type $d (eq $t)))
            (export "now" (func (result $d)))))
          (core module $room (memory (export "memory") 1))
          (core instance $room (instantiate $room))
          (alias core export $room "memory" (core memory $memory))
          (core func $now (canon lower (func $clock "now") (memory $memory)))
          (core module $main
            (import "host" "memory" (memory 1))
            (import "host" "now" (func $now (param i32)))
            (func $start
              (call $now (i32.const 64))
              (loop $again (br_if $again (i64.ne (i64.load (i32.const 64)) (i64.const 0)))))
            (start $start)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
          (core instance $main (instantiate $main
            (with "host" (instance (export "memory" (memory $memory)) (export "now" (func $now))))))
          (alias core export $main "cabi_realloc" (core func $realloc))
          (alias core export $main "handle-message" (core func $handle))
          (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
            (canon lift (core func $handle) (memory $memory) (realloc $realloc))))
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
