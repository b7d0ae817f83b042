;; result-extremes: a core module that rejects with the numbers at the ends of the range.
;;
;; The message's length chooses the number: 1000: -1, 1001: 0x80000000, 1002: 0x7FFFFFFF, 1003: 256.
;;
;; Expected: `rejected`, each with that number, for a core module's answer has no range to be out of.
;; A message of any other length is `handled`.

(module
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

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
    (if (i32.eq (local.get $message-length) (i32.const 1000))
      (then (return (i32.const -1))))
    (if (i32.eq (local.get $message-length) (i32.const 1001))
      (then (return (i32.const 0x80000000))))
    (if (i32.eq (local.get $message-length) (i32.const 1002))
      (then (return (i32.const 0x7FFFFFFF))))
    (if (i32.eq (local.get $message-length) (i32.const 1003))
      (then (return (i32.const 256))))
    (i32.const 0)))
