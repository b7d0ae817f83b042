;; asker: a component of messaging 1.1 that asks and answers, and adds as little as possible to what is measured.
;;
;; A message begins with how often it asks, 4 bytes: it asks "answerer" with the whole message, and each time the answer is there
;; once more, one less often. The last answer is sent to "client". A request is answered with itself. What is not answered, and a
;; request or message that is refused, traps, so that the counts of outcomes show it.
(component
  (import "fire-and-forget:messaging/replies@1.1.0" (instance $replies
    (type $cases (enum "rejected" "trapped" "timed-out" "undeliverable"))
    (export "failure" (type (eq $cases)))))
  (import "fire-and-forget:messaging/host-messaging@1.1.0" (instance $host-messaging
    (type $cases (enum
      "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
      "payload-too-large" "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $cases)))
    (export "send" (func
      (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
    (export "request" (func
      (param "target" string) (param "message" (list u8)) (param "timeout-ms" u32)
      (result (result u64 (error $send-error)))))))
  (alias export $replies "failure" (type $failure))

  ;; The memory stands in a module of its own, so that what the host hands back can be lowered with it.
  (core module $allocator
    (memory (export "memory") 2)
    (global $next (export "next") (mut i32) (i32.const 1024))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (local $block i32)
      (local.set $block (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $block) (local.get 3)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "cabi_realloc" (core func $realloc))
  (core func $send (canon lower (func $host-messaging "send") (memory $memory)))
  (core func $request (canon lower (func $host-messaging "request") (memory $memory)))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "allocator" "next" (global $next (mut i32)))
    (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
    (import "host" "request" (func $request (param i32 i32 i32 i32 i32 i32)))
    (data (i32.const 128) "answererclient")

    (func $ask (param $message i32) (param $length i32)
      (call $request
        (i32.const 128) (i32.const 8) (local.get $message) (local.get $length) (i32.const 0) (i32.const 32))
      (if (i32.load8_u (i32.const 32)) (then (unreachable))))

    (func (export "handle-message") (param $sender i32) (param i32) (param $message i32) (param $length i32) (result i32)
      (global.set $next (i32.const 1024))
      (call $ask (local.get $message) (local.get $length))
      (i32.const 0))

    (func (export "handle-reply") (param $request i64) (param $failed i32) (param $answer i32) (param $length i32)
      (local $left i32)
      (global.set $next (i32.const 1024))
      (if (local.get $failed) (then (unreachable)))
      (local.set $left (i32.sub (i32.load (local.get $answer)) (i32.const 1)))
      (i32.store (local.get $answer) (local.get $left))
      (if (local.get $left)
        (then (call $ask (local.get $answer) (local.get $length)))
        (else
          (call $send
            (i32.const 136) (i32.const 6) (local.get $answer) (local.get $length) (i32.const 32))
          (if (i32.load8_u (i32.const 32)) (then (unreachable))))))

    ;; The result stands at 64: its discriminant, and the address and length of the answer.
    (func (export "handle-request") (param $sender i32) (param i32) (param $message i32) (param $length i32) (result i32)
      (global.set $next (i32.const 1024))
      (i32.store (i32.const 68) (local.get $message))
      (i32.store (i32.const 72) (local.get $length))
      (i32.const 64)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host" (instance (export "send" (func $send)) (export "request" (func $request))))))

  (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $main "handle-message") (memory $memory) (realloc $realloc)))
  (func (export "handle-reply") (param "request" u64) (param "reply" (result (list u8) (error $failure)))
    (canon lift (core func $main "handle-reply") (memory $memory) (realloc $realloc)))
  (func (export "handle-request")
    (param "sender" string) (param "message" (list u8)) (result (result (list u8) (error string)))
    (canon lift (core func $main "handle-request") (memory $memory) (realloc $realloc))))
