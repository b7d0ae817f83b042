;; realloc-for-sender-out-of-bounds-component: a component whose realloc hands back a block beyond
;; its memory's end whenever it is asked, so for the sender's id already.
;;
;; Expected: every message is `trapped`, handle-message is never called, and the component stops when its
;; restarts are used up.

(component
  (core module $main
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 1024))

    (func $realloc (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (i32.shl (memory.size) (i32.const 16)))

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
