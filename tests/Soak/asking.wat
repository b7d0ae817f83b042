;; asking: a core module that asks, so that components answer components, and answers itself.
;;
;; A message is one byte with the length of an id, the id, and the rest. The rest is asked of that id: `handled` where the host
;; queued it, else `rejected` with what `request` answered. A message that is too short for its id is `handled` and asks nothing.
;; A request is answered with its own bytes. Replies are taken, and the request of one in sixteen is given up, too late mostly.

(module
  (import "host-messaging" "request" (func $request (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "cancel-request" (func $cancel-request (param i64) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 64))

  ;; The blocks of a message are free again when a handler is entered. A refused memory.grow traps.
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
    (local $id-length i32) (local $status i32)
    (global.set $next (i32.const 64))
    (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
    (local.set $id-length (i32.load8_u (local.get $message)))
    (if (i32.ge_u (local.get $id-length) (local.get $length)) (then (return (i32.const 0))))
    (local.set $status (call $request
      (i32.add (local.get $message) (i32.const 1))
      (local.get $id-length)
      (i32.add (i32.add (local.get $message) (i32.const 1)) (local.get $id-length))
      (i32.sub (i32.sub (local.get $length) (i32.const 1)) (local.get $id-length))
      (i32.const 5000)
      (i32.const 16)))
    (if (i32.eqz (i32.and (i32.load (i32.const 16)) (i32.const 15)))
      (then (drop (call $cancel-request (i64.load (i32.const 16))))))
    (local.get $status))

  (func (export "handle-request")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (global.set $next (i32.const 64))
    (i32.store (i32.const 32) (local.get $message))
    (i32.store (i32.const 36) (local.get $length))
    (i32.const 32))

  (func (export "handle-reply") (param $request i64) (param $outcome i32) (param $answer i32) (param $length i32)
    (global.set $next (i32.const 64))))
