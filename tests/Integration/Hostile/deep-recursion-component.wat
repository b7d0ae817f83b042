;; deep-recursion-component: a component that recurses without end and calls an import at each level, so
;; that the host's own code runs at every depth of the stack, up to the last that it holds.
;;
;; A message of 1,000 bytes or more starts it. Expected: `trapped`, and the process lives, whichever thread
;; it ran on. Shorter messages are `handled`.

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

    ;; The import is `send` to the empty id, which is always refused: its answer needs no realloc.
    (func $recurse (param $depth i32) (result i32)
      (call $send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 16))
      (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (local.get $depth)))

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
      (if (i32.ge_u (local.get $message-length) (i32.const 1000))
        (then (return (call $recurse (i32.const 0)))))
      (i32.const 0)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance
      (export "send" (func $lowered-send))))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
