;; self-id-in-start-component: a component whose core module's start function asks for its own id.
;;
;; Expected: this is allowed, unlike `send`, so it loads. Every message is answered by sending that id to the
;; sender: `handled`, or `rejected` if that is refused.

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
  (alias export $host-messaging "self-id" (func $self-id))
  (core func $lowered-self-id
    (canon lower (func $self-id) (memory $memory) (realloc $allocator-realloc)))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "host-messaging" "send" (func $send (param i32 i32 i32 i32 i32)))
    (import "host-messaging" "self-id" (func $self-id (param i32)))

    (global $next (mut i32) (i32.const 1024))

    (func $start
      (call $self-id (i32.const 0)))
    (start $start)

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
      (call $send
        (local.get $sender) (local.get $sender-length)
        (i32.load (i32.const 0)) (i32.load (i32.const 4))
        (i32.const 512))
      (i32.load8_u (i32.const 512))))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance
      (export "send" (func $lowered-send))
      (export "self-id" (func $lowered-self-id))))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
