;; deep-recursion-in-start: a core module whose start function recurses without end, on whichever thread loads it.
;;
;; Expected: a load error that says so, and the process lives; the host and its other components do not notice.

(module
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)

  (func $recurse (param $depth i32) (result i32)
    (drop (call $self-id (i32.const 0) (i32.const 0)))
    (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (local.get $depth)))
  (func $start
    (drop (call $recurse (i32.const 0))))
  (start $start)

  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (i32.const 1024))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (i32.const 0)))
