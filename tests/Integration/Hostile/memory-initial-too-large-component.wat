;; memory-initial-too-large-component: a component whose memory starts with 1,025 pages, one more than the
;; default limit of 64 MiB.
;;
;; Expected: a load error that names the limit and what is needed. With a larger limit it loads, and every
;; message is `handled`.

(component
  (core module $main
    (memory (export "memory") 1025)
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
      (i32.const 0)))
  (core instance $main (instantiate $main))
  (alias core export $main "memory" (core memory $memory))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
