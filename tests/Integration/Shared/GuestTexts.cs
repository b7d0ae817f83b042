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
    /// A component of messaging 1.1, which says why it rejects a message. What the message's first byte asks for: 0, nothing, and the
    /// message is handled; 1, a rejection with the rest of the message as its text; 2, a result whose discriminant is 2; 3, one that is not
    /// aligned; 4, one beyond the memory; 5, a text beyond the memory; 6, a trap in post-return, behind such a rejection.
    /// </summary>
    public const string Reasons = """
        (component
          (import "fire-and-forget:messaging/host-messaging@1.1.0" (instance $host (export "self-id" (func (result string)))))
          (core module $main
            (memory (export "memory") 4)
            (global $next (mut i32) (i32.const 1024))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
              (local $block i32)
              (local.set $block (global.get $next))
              (global.set $next (i32.add (local.get $block) (local.get 3)))
              (local.get $block))
            (func (export "handle-message")
              (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
              (local $asked i32)
              (global.set $next (i32.const 1024))
              (local.set $asked (i32.load8_u (local.get $message)))
              (i32.store (i32.const 16) (i32.ne (local.get $asked) (i32.const 0)))
              (i32.store (i32.const 20) (i32.add (local.get $message) (i32.const 1)))
              (i32.store (i32.const 24) (i32.sub (local.get $length) (i32.const 1)))
              (if (i32.eq (local.get $asked) (i32.const 2)) (then (i32.store8 (i32.const 16) (i32.const 2))))
              (if (i32.eq (local.get $asked) (i32.const 3)) (then (return (i32.const 18))))
              (if (i32.eq (local.get $asked) (i32.const 4)) (then (return (i32.const 262136))))
              (if (i32.eq (local.get $asked) (i32.const 5)) (then (i32.store (i32.const 24) (i32.const 262144))))
              (i32.const 16))
            (func (export "post") (param i32)
              ;; What was handed over is not there any more.
              (if (i32.eq (i32.load8_u (i32.sub (i32.load (i32.const 20)) (i32.const 1))) (i32.const 6)) (then (unreachable)))
              (memory.fill (i32.load (i32.const 20)) (i32.const 63) (i32.load (i32.const 24)))))
          (core instance $i (instantiate $main))
          (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result (error string)))
            (canon lift (core func $i "handle-message")
              (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")) (post-return (core func $i "post")))))
        """;

    /// <summary>
    /// A component that answers requests and handles no messages. What the request's first byte asks for: 0, the rest of the request as
    /// the answer; 1, a rejection with the rest as its text; 2, a result whose discriminant is 2; 3, one that is not aligned; 4, an answer
    /// beyond the memory; 5, a trap; 6, a trap in post-return, behind an answer; 7, an endless loop.
    /// </summary>
    public const string Responder = """
        (component
          (core module $main
            (memory (export "memory") 4)
            (global $next (mut i32) (i32.const 1024))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
              (local $block i32)
              (local.set $block (global.get $next))
              (global.set $next (i32.add (local.get $block) (local.get 3)))
              (local.get $block))
            (func (export "handle-request")
              (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
              (local $asked i32)
              (global.set $next (i32.const 1024))
              (local.set $asked (i32.load8_u (local.get $message)))
              (i32.store (i32.const 16) (i32.eq (local.get $asked) (i32.const 1)))
              (i32.store (i32.const 20) (i32.add (local.get $message) (i32.const 1)))
              (i32.store (i32.const 24) (i32.sub (local.get $length) (i32.const 1)))
              (if (i32.eq (local.get $asked) (i32.const 2)) (then (i32.store8 (i32.const 16) (i32.const 2))))
              (if (i32.eq (local.get $asked) (i32.const 3)) (then (return (i32.const 18))))
              (if (i32.eq (local.get $asked) (i32.const 4)) (then (i32.store (i32.const 24) (i32.const 262144))))
              (if (i32.eq (local.get $asked) (i32.const 5)) (then (unreachable)))
              (loop $forever (br_if $forever (i32.eq (local.get $asked) (i32.const 7))))
              (i32.const 16))
            (func (export "post") (param i32)
              (if (i32.eq (i32.load8_u (i32.sub (i32.load (i32.const 20)) (i32.const 1))) (i32.const 6)) (then (unreachable)))
              (memory.fill (i32.load (i32.const 20)) (i32.const 63) (i32.load (i32.const 24)))))
          (core instance $i (instantiate $main))
          (func (export "handle-request")
            (param "sender" string) (param "message" (list u8)) (result (result (list u8) (error string)))
            (canon lift (core func $i "handle-request")
              (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")) (post-return (core func $i "post")))))
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

    /// <summary>Has a start function that never ends, so that its load is under way until something ends it.</summary>
    public const string EndlessStart = """
        (module
          (memory (export "memory") 1)
          (func $start (loop $again (br $again)))
          (start $start)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
        """;
}
