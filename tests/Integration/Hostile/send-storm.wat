;; send-storm: a core module that sends 100,000 messages at once.
;;
;; The message is the target's id. Each message sent is four bytes: its number from 0 to 99,999, little
;; endian, so that a test sees order and gaps. Then the message is `handled` if none was refused, else
;; `rejected` with the count of those refused (100000 where the target is no valid id, the empty one too).
;;
;; Expected: the host answers each send at once; sent = accepted + refused; memory stays within the mailbox's
;; bounds; others go on.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 2)
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
    (local $number i32) (local $refused i32)
    (global.set $next (i32.const 1024))
    (loop $again
      (i32.store (i32.const 0) (local.get $number))
      (if (call $send
            (local.get $message) (local.get $message-length)
            (i32.const 0) (i32.const 4))
        (then (local.set $refused (i32.add (local.get $refused) (i32.const 1)))))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $number) (i32.const 100000))))
    (local.get $refused)))
