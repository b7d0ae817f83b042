;; realloc-in-start-component: a component whose core module's start function asks for its own id, and whose realloc, which the host
;; calls to place it, makes trouble.
;;
;; The length of its id chooses the trouble, for realloc is asked for so many bytes:
;;   1  it traps
;;   2  it never returns
;;   3  it recurses without end
;;   4  the last of the bytes that it hands back lies beyond the memory's end
;;   5  it hands back 0xFFFFFFFF
;;
;; Expected: a load error that says so, for 2 when the load budget is used up; the host and its other components do not notice. With a
;; longer id it loads, and messages are `handled`, unless their sender's id or they themselves are so short.

(component
  (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host-messaging
    (type $cases (enum
      "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
      "payload-too-large" "queue-full" "rate-limited" "closed"))
    (export "send-error" (type $send-error (eq $cases)))
    (export "send" (func
      (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
    (export "self-id" (func (result string)))))

  (core module $allocator
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 65536))
    (func $recurse (param $depth i32) (result i32)
      (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (local.get $depth)))
    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (if (i32.eq (local.get $new-size) (i32.const 1))
        (then (unreachable)))
      (if (i32.eq (local.get $new-size) (i32.const 2))
        (then
          (loop $again
            (br $again))))
      (if (i32.eq (local.get $new-size) (i32.const 3))
        (then (drop (call $recurse (i32.const 0)))))
      (if (i32.eq (local.get $new-size) (i32.const 4))
        (then (return (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 3)))))
      (if (i32.eq (local.get $new-size) (i32.const 5))
        (then (return (i32.const 0xFFFFFFFF))))
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "cabi_realloc" (core func $allocator-realloc))

  (alias export $host-messaging "self-id" (func $self-id))
  (core func $lowered-self-id (canon lower (func $self-id) (memory $memory) (realloc $allocator-realloc)))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "host-messaging" "self-id" (func $self-id (param i32)))

    (func $start
      (call $self-id (i32.const 0)))
    (start $start)

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (i32.const 0)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance (export "self-id" (func $lowered-self-id))))))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $allocator-realloc))))
