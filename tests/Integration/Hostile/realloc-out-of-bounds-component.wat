;; realloc-out-of-bounds-component: a component whose realloc hands back blocks that do not lie in its memory.
;;
;; The message's length chooses the block that realloc hands back for the message:
;;      0  one byte beyond the memory's end, where not even zero bytes are in bounds
;;   1000  at the memory's end
;;   1001  so that only its last byte is beyond the memory's end
;;   1002  at 0x7FFFFFFF, the largest i32
;;   1003  at 0x80000000, the smallest i32
;;   1004  at 0xFFFFFFFF, so that it goes on at address 0
;;   1005  at 0xFFFFFC13, so that its end is 0 exactly, modulo 2^32
;;   1006  at 0xFFFFFC12, so that its end is 0 exactly, modulo 2^32
;;   1007  so that its last byte is the memory's last: this one is in bounds
;;
;; Expected: `trapped`, and handle-message is never called, except for 1007, which is `handled`, as is a
;; message of any other length.

(component
  (core module $main
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 1024))

    (func $realloc (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (if (i32.eq (local.get $new-size) (i32.const 0))
        (then (return (i32.add (i32.shl (memory.size) (i32.const 16)) (i32.const 1)))))
      (if (i32.eq (local.get $new-size) (i32.const 1000))
        (then (return (i32.shl (memory.size) (i32.const 16)))))
      (if (i32.eq (local.get $new-size) (i32.const 1001))
        (then (return (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1000)))))
      (if (i32.eq (local.get $new-size) (i32.const 1002))
        (then (return (i32.const 0x7FFFFFFF))))
      (if (i32.eq (local.get $new-size) (i32.const 1003))
        (then (return (i32.const 0x80000000))))
      (if (i32.eq (local.get $new-size) (i32.const 1004))
        (then (return (i32.const 0xFFFFFFFF))))
      (if (i32.eq (local.get $new-size) (i32.const 1005))
        (then (return (i32.const 0xFFFFFC13))))
      (if (i32.eq (local.get $new-size) (i32.const 1006))
        (then (return (i32.const 0xFFFFFC12))))
      (if (i32.eq (local.get $new-size) (i32.const 1007))
        (then (return (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1007)))))
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block))

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (global.set $next (i32.const 1024))
      (i32.const 0)))
  (core instance $main (instantiate $main))
  (alias core export $main "memory" (core memory $memory))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
