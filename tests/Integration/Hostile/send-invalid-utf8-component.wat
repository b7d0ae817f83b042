;; send-invalid-utf8-component: a component that sends to targets that are not UTF-8.
;;
;; The message's length chooses the target:
;;   1000  80, a continuation byte alone
;;   1001  C0 80, an overlong form
;;   1002  E0 80 80, another
;;   1003  ED A0 80, half a surrogate pair
;;   1004  F4 90 80 80, beyond the last code point
;;   1005  E2 82, cut off
;;   1006  61 FF, a letter and a byte that UTF-8 never has
;;   1007  C3 A9, which is UTF-8, but no id
;;   1008  199 times 61, then FF: not UTF-8, besides being too long for an id
;;
;; Expected: `trapped`, except for 1007: that send is refused as `invalid-message` and the message is
;; `rejected`. A message of any other length is `handled`.

(component
  (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host-messaging
    (type $cases (enum
      "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
      "payload-too-large" "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $cases)))
    (export "send" (func
      (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
    (export "self-id" (func (result string)))))

  ;; The memory, and an ordinary realloc for what the host lowers with it.
  (core module $allocator
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 65536))
    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "cabi_realloc" (core func $allocator-realloc))

  (alias export $host-messaging "send" (func $send))
  (core func $lowered-send (canon lower (func $send) (memory $memory)))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "host-messaging" "send" (func $send (param i32 i32 i32 i32 i32)))

    (global $next (mut i32) (i32.const 1024))

    ;; Eight bytes for each, the first is its length.
    (data (i32.const 0)
      "\01\80\00\00\00\00\00\00"
      "\02\C0\80\00\00\00\00\00"
      "\03\E0\80\80\00\00\00\00"
      "\03\ED\A0\80\00\00\00\00"
      "\04\F4\90\80\80\00\00\00"
      "\02\E2\82\00\00\00\00\00"
      "\02a\FF\00\00\00\00\00"
      "\02\C3\A9\00\00\00\00\00")

    (func $realloc (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block))

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (local $target i32) (local $target-length i32)
      (global.set $next (i32.const 1024))
      (if (i32.ge_u (i32.sub (local.get $message-length) (i32.const 1000)) (i32.const 9))
        (then (return (i32.const 0))))
      (if (i32.eq (local.get $message-length) (i32.const 1008))
        (then
          (memory.fill (i32.const 256) (i32.const 0x61) (i32.const 199))
          (i32.store8 (i32.const 455) (i32.const 0xFF))
          (local.set $target (i32.const 256))
          (local.set $target-length (i32.const 200)))
        (else
          (local.set $target (i32.shl (i32.sub (local.get $message-length) (i32.const 1000)) (i32.const 3)))
          (local.set $target-length (i32.load8_u (local.get $target)))
          (local.set $target (i32.add (local.get $target) (i32.const 1)))))
      (call $send
        (local.get $target) (local.get $target-length)
        (local.get $message) (i32.const 4)
        (i32.const 512))
      (i32.load8_u (i32.const 512))))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance
      (export "send" (func $lowered-send))))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
