;; deep-recursion: a core module that recurses without end and calls an import at each level, so that the
;; host's own code runs at every depth of the stack, up to the last that it holds.
;;
;; A message of 1,000 bytes or more starts it. Expected: `trapped`, and the process lives, whichever thread
;; it ran on. Shorter messages are `handled`.

(module
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (func $recurse (param $depth i32) (result i32)
    (drop (call $self-id (i32.const 0) (i32.const 0)))
    (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (local.get $depth)))

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
    (if (i32.ge_u (local.get $message-length) (i32.const 1000))
      (then (return (call $recurse (i32.const 0)))))
    (i32.const 0)))
