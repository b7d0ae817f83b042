;; The thermometer: takes readings of one byte, a temperature in degrees, and passes those above 30 on to the alarm.
;; A reading of any other length is rejected, with 1 as its number.
;;
;; It is a core module, which needs no toolchain: the host calls cabi_realloc for room in this memory, once for the sender's id
;; and once for the message, copies both there, and calls handle-message with where they are.
(module
  (import "host-messaging" "send"
    (func $send (param $target i32) (param $target-length i32) (param $message i32) (param $length i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "alarm")
  (global $free (mut i32) (i32.const 1024))

  ;; Room comes one piece behind the other, rounded up to 8 bytes; handle-message gives all of it back.
  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $room i32)
    (local.set $room (global.get $free))
    (global.set $free
      (i32.and (i32.add (i32.add (local.get $room) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $room))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (global.set $free (i32.const 1024))
    (if (i32.ne (local.get $length) (i32.const 1))
      (then (return (i32.const 1))))
    (if (i32.gt_u (i32.load8_u (local.get $message)) (i32.const 30))
      (then (drop (call $send (i32.const 16) (i32.const 5) (local.get $message) (local.get $length)))))
    (i32.const 0)))
