;; memory-grow: a core module that takes all the memory it can get, and says how much it got.
;;
;; The message's length chooses how:
;;   1000  a page at a time, until memory.grow is refused
;;   1001  the same, and writes to every page it gets
;;   1002  65,536 pages at once, which is always refused
;;   1003  as many pages as are missing to 1,024 at once, and then one more
;; Then the message is `rejected` with the memory's pages as its number.
;;
;; Expected: the number is the memory limit in pages of 64 KiB (1024 with the default of 64 MiB), for 1000 and
;; 1001 at once, for 1003 where the limit is 1,024 pages; for 1002 it is what it was before, 2 in a fresh
;; instance. The instance stays usable, and a message of any other length is `handled`.

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
    (local $page i32)
    (global.set $next (i32.const 1024))
    (if (i32.gt_u (i32.sub (local.get $message-length) (i32.const 1000)) (i32.const 3))
      (then (return (i32.const 0))))
    (if (i32.le_u (local.get $message-length) (i32.const 1001))
      (then
        (loop $again
          (local.set $page (memory.grow (i32.const 1)))
          (if (i32.ne (local.get $page) (i32.const -1))
            (then
              (if (i32.eq (local.get $message-length) (i32.const 1001))
                (then (i32.store (i32.shl (local.get $page) (i32.const 16)) (i32.const -1))))
              (br $again))))))
    (if (i32.eq (local.get $message-length) (i32.const 1002))
      (then (drop (memory.grow (i32.const 65536)))))
    (if (i32.eq (local.get $message-length) (i32.const 1003))
      (then
        (drop (memory.grow (i32.sub (i32.const 1024) (memory.size))))
        (drop (memory.grow (i32.const 1)))))
    (memory.size)))
