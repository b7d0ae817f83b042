;; send-storm-component: a component that sends 100,000 messages at once.
;;
;; The message is the target's id. Each message sent is four bytes: its number from 0 to 99,999, little
;; endian, so that a test sees order and gaps. Then the message is `handled` if none was refused, else
;; `rejected`.
;;
;; Expected: the host answers each send at once; sent = accepted + refused; memory stays within the mailbox's
;; bounds; others go on.

(component
  (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host-messaging
    (type $cases (enum
      "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
      "payload-too-large" "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $cases)))
    (export "send" (func
      (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
    (export "self-id" (func (result string)))))

  ;; The memory, and an ordinary realloc for what the host lowers with it.
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
      (local $number i32) (local $refused i32)
      (global.set $next (i32.const 1024))
      (loop $again
        (i32.store (i32.const 0) (local.get $number))
        (call $send
          (local.get $message) (local.get $message-length)
          (i32.const 0) (i32.const 4)
          (i32.const 512))
        (local.set $refused (i32.or (local.get $refused) (i32.load8_u (i32.const 512))))
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $number) (i32.const 100000))))
      (local.get $refused)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance
      (export "send" (func $lowered-send))))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
