;; realloc-grows-memory: a core module whose realloc grows the memory by a page whenever it is asked, and
;; hands back the new page's start: addresses and lengths that the host kept from before the call are stale.
;;
;; Each message, of at most 65,536 bytes, is sent back to its sender from there. Expected: `handled`, and
;; what was sent is what was received, byte by byte, until the memory limit refuses the next page: then
;; realloc traps and the message is `trapped`. With a limit of 64 MiB that is the 512th message.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 1)

  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $pages i32)
    (local.set $pages (memory.grow (i32.const 1)))
    (if (i32.eq (local.get $pages) (i32.const -1))
      (then (unreachable)))
    (i32.shl (local.get $pages) (i32.const 16)))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (call $send
      (local.get $sender) (local.get $sender-length)
      (local.get $message) (local.get $message-length))))
