;; send-overlapping-component: a component that calls `send` with areas of its memory that lie on each other.
;;
;; The message's length chooses which:
;;   1000  the message is the target's own bytes
;;   1001  the message begins in the middle of the target's bytes
;;   1002  the answer lies on the target
;;   1003  the answer lies on the message
;;
;; Expected: no rule is broken: each is sent to its sender as it was before the answer was written, and `handled`; so is a message of any
;; other length, which sends nothing.

(component
  (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host-messaging
    (type $cases (enum
      "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
      "payload-too-large" "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $cases)))
    (export "send" (func
      (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
    (export "self-id" (func (result string)))))

  (core module $allocator
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 65536))
    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "cabi_realloc" (core func $allocator-realloc))

  (alias export $host-messaging "send" (func $send))
  (core func $lowered-send (canon lower (func $send) (memory $memory)))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "host-messaging" "send" (func $send (param i32 i32 i32 i32 i32)))
    (global $next (mut i32) (i32.const 1024))

    (func $realloc (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block))

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (global.set $next (i32.const 1024))
      (if (i32.eq (local.get $message-length) (i32.const 1000))
        (then
          (call $send
            (local.get $sender) (local.get $sender-length)
            (local.get $sender) (local.get $sender-length)
            (i32.const 16))))
      (if (i32.eq (local.get $message-length) (i32.const 1001))
        (then
          (call $send
            (local.get $sender) (local.get $sender-length)
            (i32.add (local.get $sender) (i32.const 3)) (local.get $message-length)
            (i32.const 16))))
      (if (i32.eq (local.get $message-length) (i32.const 1002))
        (then
          (call $send
            (local.get $sender) (local.get $sender-length)
            (local.get $message) (local.get $message-length)
            (local.get $sender))))
      (if (i32.eq (local.get $message-length) (i32.const 1003))
        (then
          (call $send
            (local.get $sender) (local.get $sender-length)
            (local.get $message) (local.get $message-length)
            (local.get $message))))
      (i32.const 0)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance (export "send" (func $lowered-send))))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
