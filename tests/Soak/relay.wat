;; relay: a core module that passes messages on, so that components send to components.
;;
;; A message is one byte with the length of an id, the id, and the rest. The rest is sent to that id; it may be
;; another such message. `handled` where the host queued it, else `rejected` with what `send` answered. A message
;; that is too short for its id is `handled` and sends nothing.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 16))

  ;; Both blocks of a message are free again when handle-message is entered. A refused memory.grow traps.
  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $block i32)
    (local $missing i32)
    (local.set $block (global.get $next))
    (global.set $next
      (i32.and (i32.add (i32.add (local.get $block) (local.get $new-size)) (i32.const 15)) (i32.const -16)))
    (local.set $missing (i32.sub (global.get $next) (i32.shl (memory.size) (i32.const 16))))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq
              (memory.grow (i32.shr_u (i32.add (local.get $missing) (i32.const 65535)) (i32.const 16)))
              (i32.const -1))
          (then (unreachable)))))
    (local.get $block))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (local $id-length i32)
    (global.set $next (i32.const 16))
    (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
    (local.set $id-length (i32.load8_u (local.get $message)))
    (if (i32.ge_u (local.get $id-length) (local.get $length)) (then (return (i32.const 0))))
    (call $send
      (i32.add (local.get $message) (i32.const 1))
      (local.get $id-length)
      (i32.add (i32.add (local.get $message) (i32.const 1)) (local.get $id-length))
      (i32.sub (i32.sub (local.get $length) (i32.const 1)) (local.get $id-length)))))
