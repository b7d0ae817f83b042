;; self-id-in-start: a core module whose start function asks for its own id.
;;
;; Expected: this is allowed, unlike `send`, so it loads. Every message is answered by sending that id to the
;; sender: `handled`, or `rejected` with send's answer if that is refused.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (global $id-length (mut i32) (i32.const 0))

  (func $start
    (global.set $id-length (call $self-id (i32.const 0) (i32.const 128))))
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
      (i32.const 0) (global.get $id-length))))
