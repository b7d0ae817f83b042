;; send-arguments: a core module that calls `send` with addresses and lengths that do not lie in its
;; memory. Where nothing else is said, the target is the message's sender and the message is sent back.
;;
;; The message's length chooses what is wrong:
;;   1000  the target begins at the memory's end
;;   1001  only the target's last byte is beyond the memory's end
;;   1002  the target begins at 0xFFFFFFFF and goes on at address 0
;;   1003  the target is 0xFFFFFFFF bytes long
;;   1004  the target is empty and lies one byte beyond the memory's end
;;   1005  the message begins at the memory's end
;;   1006  only the message's last byte is beyond the memory's end
;;   1007  the message's end wraps around 2^32 to an address in bounds
;;   1008  the message is 0xFFFFFFFF bytes long
;;   1009  the message is 0x80000000 bytes long
;;   1010  the message is empty and lies one byte beyond the memory's end
;; or only looks so:
;;   2000  the message is empty and lies at the memory's end
;;   2001  the message is all of the memory, 131,072 bytes
;;   2002  the target is all of the memory, filled with the letter a before: far too long for an id
;;
;; Expected: `trapped` and nothing is sent for 1000 to 1010. 2000 and 2001 are handled where the sender
;; takes such messages, 2002 is refused as `invalid-message`; a refused send is `rejected` with send's
;; answer (for 2002, 1).
;; A message of any other length is `handled` and sends nothing.

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
    (global.set $next (i32.const 1024))
    (if (i32.eq (local.get $message-length) (i32.const 1000))
      (then
        (return
          (call $send
            (i32.shl (memory.size) (i32.const 16)) (i32.const 4)
            (local.get $message) (local.get $message-length)))))
    (if (i32.eq (local.get $message-length) (i32.const 1001))
      (then
        (return
          (call $send
            (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 3)) (i32.const 4)
            (local.get $message) (local.get $message-length)))))
    (if (i32.eq (local.get $message-length) (i32.const 1002))
      (then
        (return
          (call $send
            (i32.const 0xFFFFFFFF) (i32.const 4)
            (local.get $message) (local.get $message-length)))))
    (if (i32.eq (local.get $message-length) (i32.const 1003))
      (then
        (return
          (call $send
            (local.get $sender) (i32.const 0xFFFFFFFF)
            (local.get $message) (local.get $message-length)))))
    (if (i32.eq (local.get $message-length) (i32.const 1004))
      (then
        (return
          (call $send
            (i32.add (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 0)
            (local.get $message) (local.get $message-length)))))
    (if (i32.eq (local.get $message-length) (i32.const 1005))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (i32.shl (memory.size) (i32.const 16)) (i32.const 1)))))
    (if (i32.eq (local.get $message-length) (i32.const 1006))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 3)) (i32.const 4)))))
    (if (i32.eq (local.get $message-length) (i32.const 1007))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (local.get $message) (i32.sub (i32.const 0) (local.get $message))))))
    (if (i32.eq (local.get $message-length) (i32.const 1008))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (local.get $message) (i32.const 0xFFFFFFFF)))))
    (if (i32.eq (local.get $message-length) (i32.const 1009))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (local.get $message) (i32.const 0x80000000)))))
    (if (i32.eq (local.get $message-length) (i32.const 1010))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (i32.add (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 0)))))
    (if (i32.eq (local.get $message-length) (i32.const 2000))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (i32.shl (memory.size) (i32.const 16)) (i32.const 0)))))
    (if (i32.eq (local.get $message-length) (i32.const 2001))
      (then
        (return
          (call $send
            (local.get $sender) (local.get $sender-length)
            (i32.const 0) (i32.shl (memory.size) (i32.const 16))))))
    (if (i32.eq (local.get $message-length) (i32.const 2002))
      (then
        (memory.fill (i32.const 0) (i32.const 0x61) (i32.shl (memory.size) (i32.const 16)))
        (return
          (call $send
            (i32.const 0) (i32.shl (memory.size) (i32.const 16))
            (local.get $message) (local.get $message-length)))))
    (i32.const 0)))
