;; result-out-of-range-component: a component that answers with discriminants that a `result` does not have.
;;
;; The message's length chooses the answer:
;;   1000  2
;;   1001  256, which is 0 in its lowest byte
;;   1002  0x80000000, the smallest i32
;;   1003  -1
;;      1  1, which is an error like any other
;;
;; Expected: `trapped`, except for 1, which is `rejected`. A message of any other length is `handled`.

(component
  (core module $main
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
        (then (return (i32.const 2))))
      (if (i32.eq (local.get $message-length) (i32.const 1001))
        (then (return (i32.const 256))))
      (if (i32.eq (local.get $message-length) (i32.const 1002))
        (then (return (i32.const 0x80000000))))
      (if (i32.eq (local.get $message-length) (i32.const 1003))
        (then (return (i32.const -1))))
      (if (i32.eq (local.get $message-length) (i32.const 1))
        (then (return (i32.const 1))))
      (i32.const 0)))
  (core instance $main (instantiate $main))
  (alias core export $main "memory" (core memory $memory))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
