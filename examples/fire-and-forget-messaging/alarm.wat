;; The alarm: says in words, to the family, that it is too warm. It sends "too warm: 35 degrees" for the reading 35.
(module
  (import "host-messaging" "send"
    (func $send (param $target i32) (param $target-length i32) (param $message i32) (param $length i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "family")
  (data (i32.const 32) "too warm: 00 degrees")
  (global $free (mut i32) (i32.const 1024))

  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $room i32)
    (local.set $room (global.get $free))
    (global.set $free
      (i32.and (i32.add (i32.add (local.get $room) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $room))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (local $degrees i32)
    (global.set $free (i32.const 1024))
    (local.set $degrees (i32.load8_u (local.get $message)))
    ;; Two digits, at the place of the zeros.
    (i32.store8 (i32.const 42)
      (i32.add (i32.const 0x30) (i32.rem_u (i32.div_u (local.get $degrees) (i32.const 10)) (i32.const 10))))
    (i32.store8 (i32.const 43)
      (i32.add (i32.const 0x30) (i32.rem_u (local.get $degrees) (i32.const 10))))
    (drop (call $send (i32.const 16) (i32.const 6) (i32.const 32) (i32.const 20)))
    (i32.const 0)))
