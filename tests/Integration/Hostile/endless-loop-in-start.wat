;; endless-loop-in-start: a core module whose start function never returns.
;;
;; The length of its id chooses what it does there: 1: it asks for its own id again and again, 2: it fills its memory again and again,
;; one instruction for all of it, any other: nothing.
;;
;; Expected: a load error when the load budget is used up, which says so; the host and its other components
;; do not notice.

(module
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)

  (func $start
    (local $choice i32)
    (local.set $choice (call $self-id (i32.const 0) (i32.const 0)))
    (loop $again
      (if (i32.eq (local.get $choice) (i32.const 1))
        (then (drop (call $self-id (i32.const 0) (i32.const 128)))))
      (if (i32.eq (local.get $choice) (i32.const 2))
        (then (memory.fill (i32.const 0) (i32.const 1) (i32.shl (memory.size) (i32.const 16)))))
      (br $again)))
  (start $start)

  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (i32.const 1024))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (i32.const 0)))
