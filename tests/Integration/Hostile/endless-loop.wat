;; endless-loop: a core module that never returns.
;;
;; The message's length chooses where:
;;   1000  handle-message, doing nothing
;;   1001  handle-message, sending the message to its sender again and again
;;   1002  handle-message, asking for its own id again and again
;;   1003  handle-message, filling its memory again and again, one instruction for all of it
;;   2000  realloc, called for the message
;; 100,000 more do the same, in a message that the host delivers by itself and not in a batch.
;;
;; Expected: `timed-out` when the message budget is used up, with or without calls to the host, and the
;; instance is not called again. What 1001 sent until then stands. A message of any other length is
;; `handled`, by the fresh instance too.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (func $loop
    (loop $again
      (br $again)))

  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $block i32)
    (if (i32.eq (i32.rem_u (local.get $new-size) (i32.const 100000)) (i32.const 2000))
      (then (call $loop)))
    (local.set $block (global.get $next))
    (global.set $next (i32.add (local.get $block) (local.get $new-size)))
    (local.get $block))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (local $choice i32)
    (global.set $next (i32.const 1024))
    (local.set $choice (i32.rem_u (local.get $message-length) (i32.const 100000)))
    (if (i32.eq (local.get $choice) (i32.const 1000))
      (then (call $loop)))
    (if (i32.eq (local.get $choice) (i32.const 1001))
      (then
        (loop $again
          (drop
            (call $send
              (local.get $sender) (local.get $sender-length)
              (local.get $message) (local.get $message-length)))
          (br $again))))
    (if (i32.eq (local.get $choice) (i32.const 1002))
      (then
        (loop $again
          (drop (call $self-id (i32.const 0) (i32.const 128)))
          (br $again))))
    (if (i32.eq (local.get $choice) (i32.const 1003))
      (then
        (loop $again
          (memory.fill (i32.const 0) (i32.const 1) (i32.shl (memory.size) (i32.const 16)))
          (br $again))))
    (i32.const 0)))
