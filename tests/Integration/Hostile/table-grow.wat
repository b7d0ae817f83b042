;; table-grow: a core module that takes all the table elements it can get, and says how many it got.
;;
;; The message's length chooses how:
;;   1000  a thousand elements at a time, until table.grow is refused
;;   1001  0xFFFFFFFF elements at once, which is always refused
;; Then the message is `rejected` with the table's size as its number.
;;
;; Expected: for 1000, the number is the limit where that is a multiple of a thousand (100000 by default); for
;; 1001 it is what it was before, so a fresh instance, whose table is empty, answers 0 and has `handled` it.
;; The instance stays usable, and a message of any other length is `handled`.

(module
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (table $table 0 funcref)

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
      (then
        (loop $again
          (br_if $again
            (i32.ne (table.grow $table (ref.null func) (i32.const 1000)) (i32.const -1))))
        (return (table.size $table))))
    (if (i32.eq (local.get $message-length) (i32.const 1001))
      (then
        (drop (table.grow $table (ref.null func) (i32.const 0xFFFFFFFF)))
        (return (table.size $table))))
    (i32.const 0)))
