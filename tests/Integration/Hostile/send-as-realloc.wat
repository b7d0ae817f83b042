;; send-as-realloc: a core module that exports the host's own `send` as its realloc: the types are the same.
;; The host then calls itself, with no guest code between.
;;
;; Expected: calling an import during realloc traps, so every message is `trapped` and nothing is sent.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
  (export "cabi_realloc" (func $send))

  (memory (export "memory") 2)

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (i32.const 0)))
