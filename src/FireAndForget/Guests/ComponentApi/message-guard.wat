;; Carries messages between the host and a component, each as a string whose characters are the bytes, from U+0000 to U+00FF: .NET and
;; Wasmtime copy a string as a whole, and a list of bytes one value after the other. In the memory here such a string is its bytes
;; (Latin-1), and between components the engine copies lists as they are.
  (component $sending-guard
    (import "host" (instance $host
      (export "send" (func (param "target" string) (param "message" string) (result u8)))))
    ;; {memory}
    ;; Both are bytes to the host, the target too.
    (core func $lowered-send
      (canon lower (func $host "send") string-encoding=latin1+utf16 (memory $memory) (realloc $realloc)))
    (core module $main
      (import "allocator" "memory" (memory 4))
      (import "allocator" "take-back" (func $take-back))
      (import "host" "send" (func $send (param i32 i32 i32 i32) (result i32)))
      ;; A target may be as long as the guest's memory, and no id is longer than 128 bytes: of a longer one the host gets the first 256
      ;; bytes, up to the end of a character.
      (func (export "send") (param $target i32) (param $target-length i32) (param $message i32) (param $length i32) (result i32)
        (local $status i32) (local $shown i32)
        ;; The longest list and string of the canonical ABI have 2^28 - 1 bytes; the engine's bound between components is another.
        (if (i32.shr_u (i32.or (local.get $target-length) (local.get $length)) (i32.const 28)) (then (unreachable)))
        (local.set $shown (i32.const 256))
        (block $cut
          (loop $next
            (br_if $cut (i32.ge_u (local.get $shown) (local.get $target-length)))
            (br_if $cut (i32.ne
              (i32.and (i32.load8_u (i32.add (local.get $target) (local.get $shown))) (i32.const 0xC0))
              (i32.const 0x80)))
            (local.set $shown (i32.add (local.get $shown) (i32.const 1)))
            (br $next)))
        (if (i32.lt_u (local.get $shown) (local.get $target-length)) (then (local.set $target-length (local.get $shown))))
        (local.set $status
          (call $send (local.get $target) (local.get $target-length) (local.get $message) (local.get $length)))
        (i32.store8 (i32.const 0) (i32.ne (local.get $status) (i32.const 0)))
        (i32.store8 (i32.const 1) (i32.sub (local.get $status) (i32.const 1)))
        (i32.const 0))
      (func (export "taken-back") (param i32) (call $take-back)))
    (core instance $main (instantiate $main
      (with "allocator" (instance $allocator))
      (with "host" (instance (export "send" (func $lowered-send))))))
    (type $of-send-error (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec" "payload-too-large"
      "queue-full" "rate-limited" "closed"))
    (export $send-error "send-error" (type $of-send-error))
    (func (export "send") (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))
      (canon lift (core func $main "send") (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back")))))

  (component $receiving-guard
    (import "handle-message" (func $handle (param "sender" string) (param "message" (list u8)) (result (result))))
    (import "begin" (func $begin))
    ;; {memory}
    (core func $lowered-begin (canon lower (func $begin)))
    (core func $lowered-handle (canon lower (func $handle) (memory $memory)))
    (core module $main
      (import "allocator" "take-back" (func $take-back))
      (import "host" "begin" (func $begin))
      (import "host" "handle" (func $handle (param i32 i32 i32 i32) (result i32)))
      (func (export "handle-message")
        (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
        ;; What a large message has cost until now is no fault of its receiver, whose time begins here.
        (if (i32.gt_u (local.get $length) (i32.const 65536)) (then (call $begin)))
        (call $handle (local.get $sender) (local.get $sender-length) (local.get $message) (local.get $length)))
      (func (export "taken-back") (param i32) (call $take-back)))
    (core instance $main (instantiate $main
      (with "allocator" (instance $allocator))
      (with "host" (instance
        (export "begin" (func $lowered-begin))
        (export "handle" (func $lowered-handle))))))
    (func (export "handle-message") (param "sender" string) (param "message" string) (result (result))
      (canon lift (core func $main "handle-message")
        string-encoding=latin1+utf16 (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back")))))
  ;; What the guest imports of messaging 1.1 beyond that comes from the host as it is.
  (import "fire-and-forget:host/messages" (instance $messages
    (type $of-send-error (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec" "payload-too-large"
      "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $of-send-error)))
    (export "send" (func (param "target" string) (param "message" string) (result u8)))
    (export "self-id" (func (result string)))
    (export "begin" (func))
    (export "publish"
      (func (param "topic" string) (param "message" (list u8)) (result (result u32 (error $send-error)))))
    (export "request"
      (func (param "target" string) (param "message" (list u8)) (param "timeout-ms" u32)
        (result (result u64 (error $send-error)))))
    (export "cancel-request" (func (param "request" u64) (result bool)))
    (export "send-later"
      (func (param "target" string) (param "message" (list u8)) (param "delay-ms" u64)
        (result (result u64 (error $send-error)))))
    (export "cancel-later" (func (param "later" u64) (result bool)))
    (export "message-number" (func (result u64)))))
  (import "fire-and-forget:host/replies" (instance $replies
    (type $of-failure (enum "rejected" "trapped" "timed-out" "undeliverable"))
    (export "failure" (type (eq $of-failure)))))
  (instance $sending (instantiate $sending-guard (with "host" (instance $messages))))
  (instance $host-messaging
    (export "send-error" (type $sending "send-error"))
    (export "send" (func $sending "send"))
    (export "self-id" (func $messages "self-id"))
    (export "publish" (func $messages "publish"))
    (export "request" (func $messages "request"))
    (export "cancel-request" (func $messages "cancel-request"))
    (export "send-later" (func $messages "send-later"))
    (export "cancel-later" (func $messages "cancel-later"))
    (export "message-number" (func $messages "message-number")))
  (alias export $messages "begin" (func $begin))
