;; self-id-component: a component that asks for its own id and then makes trouble over the answer: the host
;; calls realloc to place the id, then writes its address and length to the address that the call named.
;;
;; The message's length chooses the trouble:
;;   1000  realloc hands back the memory's end
;;   1001  realloc hands back 0xFFFFFFFF
;;   1002  realloc traps
;;   1003  realloc never returns
;;   1004  realloc calls `send`
;;   1005  realloc calls `self-id`
;;   1006  the answer's eight bytes begin four bytes before the memory's end
;;   1007  the answer's eight bytes begin at 0xFFFFFFFC and go on at address 0
;;   1008  the answer's address is not a multiple of four
;;   1009  as 1008, and realloc never returns
;;   1010  the answer's eight bytes begin at the memory's end, and realloc grows the memory
;;   2000  none: the id is sent to the message's sender, as a test that the rest works
;;
;; Expected: `timed-out` for 1003, `trapped` for the others from 1000 to 1010: for
;; 1009 and 1010 before realloc is called. 2000 and a message of any
;; other length are `handled`; 2000 is `rejected` if its send is refused.

(component
  (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host-messaging
    (type $cases (enum
      "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
      "payload-too-large" "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $cases)))
    (export "send" (func
      (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
    (export "self-id" (func (result string)))))

  ;; The memory stands first, then what the imports are lowered with, then their caller. The table is how
  ;; realloc reaches `self-id`, which is itself lowered with that realloc.
  (core module $memory
    (memory (export "memory") 2)
    (table (export "table") 1 funcref)
    (global (export "length") (mut i32) (i32.const 0)))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $memory))

  (alias export $host-messaging "send" (func $send))
  (core func $lowered-send (canon lower (func $send) (memory $memory)))

  (core module $allocator
    (type $self-id (func (param i32)))
    (import "memory" "memory" (memory 2))
    (import "memory" "table" (table $table 1 funcref))
    ;; The length of the message that is being handled, 0 while its arguments are being placed.
    (import "memory" "length" (global $length (mut i32)))
    (import "host-messaging" "send" (func $send (param i32 i32 i32 i32 i32)))
    (global $next (export "next") (mut i32) (i32.const 1024))

    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (if (i32.eq (global.get $length) (i32.const 1000))
        (then (return (i32.shl (memory.size) (i32.const 16)))))
      (if (i32.eq (global.get $length) (i32.const 1001))
        (then (return (i32.const 0xFFFFFFFF))))
      (if (i32.eq (global.get $length) (i32.const 1002))
        (then (unreachable)))
      (if (i32.or (i32.eq (global.get $length) (i32.const 1003)) (i32.eq (global.get $length) (i32.const 1009)))
        (then
          (loop $again
            (br $again))))
      (if (i32.eq (global.get $length) (i32.const 1004))
        (then
          (call $send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))))
      (if (i32.eq (global.get $length) (i32.const 1005))
        (then
          (call_indirect $table (type $self-id) (i32.const 512) (i32.const 0))))
      (if (i32.eq (global.get $length) (i32.const 1010))
        (then (drop (memory.grow (i32.const 1)))))
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator
    (with "memory" (instance $memory))
    (with "host-messaging" (instance (export "send" (func $lowered-send))))))
  (alias core export $allocator "cabi_realloc" (core func $realloc))

  (alias export $host-messaging "self-id" (func $self-id))
  (core func $lowered-self-id (canon lower (func $self-id) (memory $memory) (realloc $realloc)))

  (core module $main
    (import "memory" "memory" (memory 2))
    (import "memory" "table" (table $table 1 funcref))
    (import "memory" "length" (global $length (mut i32)))
    (import "allocator" "next" (global $next (mut i32)))
    (import "host-messaging" "send" (func $send (param i32 i32 i32 i32 i32)))
    (import "host-messaging" "self-id" (func $self-id (param i32)))
    (elem (table $table) (i32.const 0) func $self-id)

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (local $answer i32)
      (if (i32.lt_u (local.get $message-length) (i32.const 1000))
        (then
          (global.set $next (i32.const 1024))
          (return (i32.const 0))))
      (local.set $answer (i32.const 256))
      (if (i32.eq (local.get $message-length) (i32.const 1006))
        (then
          (local.set $answer (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4)))))
      (if (i32.eq (local.get $message-length) (i32.const 1007))
        (then (local.set $answer (i32.const 0xFFFFFFFC))))
      (if
        (i32.or
          (i32.eq (local.get $message-length) (i32.const 1008))
          (i32.eq (local.get $message-length) (i32.const 1009)))
        (then (local.set $answer (i32.const 257))))
      (if (i32.eq (local.get $message-length) (i32.const 1010))
        (then (local.set $answer (i32.shl (memory.size) (i32.const 16)))))
      (global.set $length (local.get $message-length))
      (call $self-id (local.get $answer))
      (global.set $length (i32.const 0))
      (global.set $next (i32.const 1024))
      (if (i32.ne (local.get $message-length) (i32.const 2000))
        (then (return (i32.const 0))))
      (call $send
        (local.get $sender) (local.get $sender-length)
        (i32.load (local.get $answer)) (i32.load offset=4 (local.get $answer))
        (i32.const 512))
      (i32.load8_u (i32.const 512))))
  (core instance $main (instantiate $main
    (with "memory" (instance $memory))
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance
      (export "send" (func $lowered-send))
      (export "self-id" (func $lowered-self-id))))))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
