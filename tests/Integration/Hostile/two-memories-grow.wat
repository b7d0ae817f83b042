;; two-memories-grow: a core module with two memories, which grows both by turns, a page at a time, until both
;; are refused. Then the message is `rejected` with the pages of both together as its number.
;;
;; A message of 1,000 bytes or more starts it. Expected: the number is at most the memory limit in pages of
;; 64 KiB (1024 with the default of 64 MiB), for the limit is for the sum; it is less where the engine can
;; limit only single memories. Shorter messages are `handled`.

(module
  (memory $first (export "memory") 2)
  (memory $second 1)
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
    (if (i32.lt_u (local.get $message-length) (i32.const 1000))
      (then (return (i32.const 0))))
    (loop $again
      (br_if $again
        (i32.or
          (i32.ne (memory.grow $first (i32.const 1)) (i32.const -1))
          (i32.ne (memory.grow $second (i32.const 1)) (i32.const -1)))))
    (i32.add (memory.size $first) (memory.size $second))))
