;; two-memories-too-large-component: a component of two core modules with a memory of 513 pages each, each
;; within the default limit of 64 MiB, both together beyond it.
;;
;; Expected: a load error that names the limit and what is needed: the limit is for the sum.

(component
  (core module $other
    (memory (export "memory") 513))
  (core instance $other (instantiate $other))

  (core module $main
    (import "other" "memory" (memory $other 513))
    (memory $memory (export "memory") 513)
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
  (core instance $main (instantiate $main
    (with "other" (instance $other))))
  (alias core export $main "memory" (core memory $memory))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
