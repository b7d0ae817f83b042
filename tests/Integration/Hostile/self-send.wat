;; self-send: a core module that sends messages to itself, where `sends-to` allows it.
;;
;; The message's first byte is the number of rounds left, its second how many copies each message makes:
;; a message with rounds left sends itself so many copies with one round less. 255 rounds never become
;; fewer. Any message shorter than two bytes, or with no round left, is `handled` and sends nothing.
;;
;;   03 01     three more messages, one after another
;;   03 02     2 + 4 + 8 = 14 more messages
;;   FF 01     goes on for ever with one message in the mailbox
;;   FF 02     fills its own mailbox and keeps it full
;;
;; Expected: no deadlock and no recursion of the host; refused copies are counted, and the message is
;; `rejected` with that count, else `handled`. The other components go on beside the last two. The host can
;; be stopped within its time: what is left becomes `undeliverable`.

(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

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
    (local $rounds i32) (local $copies i32) (local $refused i32)
    (global.set $next (i32.const 1024))
    (if (i32.lt_u (local.get $message-length) (i32.const 2))
      (then (return (i32.const 0))))
    (local.set $rounds (i32.load8_u (local.get $message)))
    (local.set $copies (i32.load8_u offset=1 (local.get $message)))
    (if (i32.eqz (local.get $rounds))
      (then (return (i32.const 0))))
    (if (i32.ne (local.get $rounds) (i32.const 255))
      (then (i32.store8 (local.get $message) (i32.sub (local.get $rounds) (i32.const 1)))))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $copies)))
        (if (call $send
              (i32.const 16) (call $self-id (i32.const 16) (i32.const 128))
              (local.get $message) (local.get $message-length))
          (then (local.set $refused (i32.add (local.get $refused) (i32.const 1)))))
        (local.set $copies (i32.sub (local.get $copies) (i32.const 1)))
        (br $again)))
    (local.get $refused)))
