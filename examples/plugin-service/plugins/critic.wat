;; The critic: rejects messages shorter than 4 bytes, and crashes at an empty one.
(module
  (import "host-messaging" "send"
    (func $send (param $target i32) (param $target-length i32) (param $message i32) (param $length i32) (result i32)))
  (memory (export "memory") 17)
  (data (i32.const 16) "journal")
  (data (i32.const 32) "mirror")
  (global $free (mut i32) (i32.const 1024))

  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $room i32)
    (local.set $room (global.get $free))
    (global.set $free
      (i32.and (i32.add (i32.add (local.get $room) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $room))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (global.set $free (i32.const 1024))
    (if (i32.eqz (local.get $length))
      (then unreachable))
    (if (i32.lt_u (local.get $length) (i32.const 4))
      (then (return (i32.const 1))))
    (drop (call $send (i32.const 16) (i32.const 7) (local.get $message) (local.get $length)))
    (i32.const 0)))
