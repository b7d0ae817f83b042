;; import-during-realloc: a core module whose realloc calls the host.
;;
;; The message's length chooses the call, made when realloc is called for the message:
;;   1000  `send`, to the empty id
;;   1001  `send`, to the id `client`, which would be accepted where there is one
;;   1002  `self-id`
;;
;; Expected: `trapped`, handle-message is not called, and nothing is sent. A message of any other length is
;; `handled`.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (data (i32.const 0) "client")

  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $block i32)
    (if (i32.eq (local.get $new-size) (i32.const 1000))
      (then (drop (call $send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))
    (if (i32.eq (local.get $new-size) (i32.const 1001))
      (then (drop (call $send (i32.const 0) (i32.const 6) (i32.const 0) (i32.const 6)))))
    (if (i32.eq (local.get $new-size) (i32.const 1002))
      (then (drop (call $self-id (i32.const 512) (i32.const 128)))))
    (local.set $block (global.get $next))
    (global.set $next (i32.add (local.get $block) (local.get $new-size)))
    (local.get $block))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (global.set $next (i32.const 1024))
    (i32.const 0)))
