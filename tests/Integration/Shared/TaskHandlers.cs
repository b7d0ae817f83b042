namespace FireAndForget.Tests;

/// <summary>
/// A component whose four handlers are async functions of messaging 1.1: each yields once and returns its result then. What a message's
/// first byte asks for: 0, nothing, and a request is answered with its other bytes; 1, a rejection with them as its text; 2, a result whose
/// discriminant is 2; 3, a text or answer beyond the memory; 9, in handle-message, a request to "responder" with all bytes, whose answer
/// handle-reply sends to "client".
/// </summary>
internal static class TaskHandlers
{
    public const string Component = """
        (component
          (import "fire-and-forget:messaging/host-messaging@1.1.0" (instance $host
            (type $cases (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
              "payload-too-large" "queue-full" "rate-limited" "closed"))
            (export "send-error" (type $error (eq $cases)))
            (export "send" (func (param "target" string) (param "message" (list u8)) (result (result (error $error)))))
            (export "request" (func
              (param "target" string) (param "message" (list u8)) (param "timeout-ms" u32) (result (result u64 (error $error)))))))
          (core module $room
            (memory (export "memory") 1)
            (data (i32.const 16) "responderclient")
            (global $next (export "next") (mut i32) (i32.const 1024))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
              (local $block i32)
              (local.set $block (global.get $next))
              (global.set $next (i32.add (local.get $block) (local.get 3)))
              (local.get $block)))
          (core instance $room (instantiate $room))
          (alias core export $room "memory" (core memory $memory))
          (core func $send (canon lower (func $host "send") (memory $memory)))
          (core func $request (canon lower (func $host "request") (memory $memory)))
          (core func $nothing (canon task.return))
          (core func $reasoned (canon task.return (result (result (error string))) (memory $memory)))
          (core func $answered (canon task.return (result (result (list u8) (error string))) (memory $memory)))
          (core module $main
            (import "room" "memory" (memory 1))
            (import "room" "next" (global $next (mut i32)))
            (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
            (import "host" "request" (func $request (param i32 i32 i32 i32 i32 i32)))
            (import "host" "nothing" (func $nothing))
            (import "host" "reasoned" (func $reasoned (param i32 i32 i32)))
            (import "host" "answered" (func $answered (param i32 i32 i32)))
            (global $handler (mut i32) (i32.const 0))
            (global $asked (mut i32) (i32.const 0))
            (global $at (mut i32) (i32.const 0))
            (global $length (mut i32) (i32.const 0))
            (func $begin (param $handler i32) (param $message i32) (param $length i32) (result i32)
              (global.set $next (i32.const 1024))
              (global.set $handler (local.get $handler))
              (global.set $asked (i32.load8_u (local.get $message)))
              (global.set $at (i32.add (local.get $message) (i32.const 1)))
              (global.set $length (i32.sub (local.get $length) (i32.const 1)))
              (if (i32.eq (global.get $asked) (i32.const 3)) (then (global.set $length (i32.const 65536))))
              (i32.const 1))
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
              (if (i32.eq (i32.load8_u (local.get 2)) (i32.const 9))
                (then
                  (call $request
                    (i32.const 16) (i32.const 9) (local.get 2) (local.get 3) (i32.const 10000) (i32.const 64))))
              (call $begin (i32.const 0) (local.get 2) (local.get 3)))
            (func (export "handle-topic") (param i32 i32 i32 i32 i32 i32) (result i32)
              (call $begin (i32.const 0) (local.get 4) (local.get 5)))
            (func (export "handle-request") (param i32 i32 i32 i32) (result i32)
              (call $begin (i32.const 1) (local.get 2) (local.get 3)))
            (func (export "handle-reply") (param i64 i32 i32 i32) (result i32)
              (call $send (i32.const 25) (i32.const 6) (local.get 2) (local.get 3) (i32.const 64))
              (global.set $next (i32.const 1024))
              (global.set $handler (i32.const 2))
              (i32.const 1))
            (func (export "callback") (param i32 i32 i32) (result i32)
              (local $discriminant i32)
              (local.set $discriminant
                (select (i32.const 2) (i32.or (i32.eq (global.get $asked) (i32.const 1)) (i32.eq (global.get $asked) (i32.const 3)))
                  (i32.eq (global.get $asked) (i32.const 2))))
              (if (i32.eq (global.get $handler) (i32.const 2)) (then (call $nothing) (return (i32.const 0))))
              (if (global.get $handler)
                (then (call $answered (local.get $discriminant) (global.get $at) (global.get $length)))
                (else (call $reasoned (local.get $discriminant) (global.get $at) (global.get $length))))
              ;; What was handed over is not there any more.
              (memory.fill (i32.const 1024) (i32.const 63) (i32.const 1024))
              (i32.const 0)))
          (core instance $main (instantiate $main (with "room" (instance $room)) (with "host" (instance
            (export "send" (func $send)) (export "request" (func $request)) (export "nothing" (func $nothing))
            (export "reasoned" (func $reasoned)) (export "answered" (func $answered))))))
          (type $of-failure (enum "rejected" "trapped" "timed-out" "undeliverable"))
          (import "failure" (type $failure (eq $of-failure)))
          (func (export "handle-message") async
            (param "sender" string) (param "message" (list u8)) (result (result (error string)))
            (canon lift (core func $main "handle-message") async (callback (core func $main "callback"))
              (memory $memory) (realloc (core func $room "realloc"))))
          (func (export "handle-topic") async
            (param "topic" string) (param "sender" string) (param "message" (list u8)) (result (result (error string)))
            (canon lift (core func $main "handle-topic") async (callback (core func $main "callback"))
              (memory $memory) (realloc (core func $room "realloc"))))
          (func (export "handle-request") async
            (param "sender" string) (param "message" (list u8)) (result (result (list u8) (error string)))
            (canon lift (core func $main "handle-request") async (callback (core func $main "callback"))
              (memory $memory) (realloc (core func $room "realloc"))))
          (func (export "handle-reply") async
            (param "request" u64) (param "reply" (result (list u8) (error $failure)))
            (canon lift (core func $main "handle-reply") async (callback (core func $main "callback"))
              (memory $memory) (realloc (core func $room "realloc")))))
        """;
}
