;; send-as-handle-message: a core module that exports the host's own `send` as its handle-message: the types
;; are the same. The host then calls itself, with no guest code between.
;;
;; Expected: it loads, and every message is sent back to its sender: `handled` when that is queued, else
;; `rejected` with send's answer.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
  (export "handle-message" (func $send))

  (memory (export "memory") 2)

  ;; The host asks for the sender's block and the message's by turns: the first is at 0, the other at 1024.
  (global $second (mut i32) (i32.const 0))
  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (global.set $second (i32.eqz (global.get $second)))
    (select (i32.const 0) (i32.const 1024) (global.get $second))))
