;; endless-loop-in-start-component: a component whose core module's start function never returns.
;;
;; Expected: a load error when the load budget is used up, which says so; the host and its other components
;; do not notice.

(component
  (core module $main
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 1024))

    (func $loop
      (loop $again
        (br $again)))
    (start $loop)

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
