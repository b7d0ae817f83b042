;; trap-in-data-segment: a core module whose data segment lies beyond its memory, which traps while it is
;; instantiated without any code of its own being run.
;;
;; Expected: a load error that says so; the host and its other components do not notice.

(module
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (data (i32.const 131071) "ab")

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
