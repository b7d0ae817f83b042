;; two-memories-too-large: a core module with two memories of 513 pages, each within the default limit of
;; 64 MiB, both together beyond it.
;;
;; Expected: a load error that names the limit and what is needed: the limit is for the sum.

(module
  (memory (export "memory") 513)
  (memory $second 513)
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
