;; deep-recursion-through-the-host-component: a component that recurses, asks the host for its own id from there, and recurses
;; without end in the realloc that the host calls for the answer: the host's frames lie between two stretches of the guest's.
;;
;; The message's length, less 1,000, says how many calls deep it asks: 1000 to 5000, of which the last is more than half of what a
;; guest's stack holds. Expected: `trapped`, and the process lives, whichever thread it ran on. A shorter message is `handled`.

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
    ;; Whether the host is asked just now.
    (global $asked (export "asked") (mut i32) (i32.const 0))
    (func $recurse (param $depth i32) (result i32)
      (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (local.get $depth)))
    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (if (global.get $asked)
        (then (return (call $recurse (i32.const 0)))))
      (i32.const 1024)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "cabi_realloc" (core func $realloc))

  (alias export $host-messaging "self-id" (func $self-id))
  (core func $lowered-self-id (canon lower (func $self-id) (memory $memory) (realloc $realloc)))

  (core module $main
    (import "allocator" "asked" (global $asked (mut i32)))
    (import "host-messaging" "self-id" (func $self-id (param i32)))
    (func $descend (param $left i32) (result i32)
      (if (i32.eqz (local.get $left))
        (then
          (global.set $asked (i32.const 1))
          (call $self-id (i32.const 256))
          (return (i32.const 0))))
      (i32.add (call $descend (i32.sub (local.get $left) (i32.const 1))) (i32.const 0)))
    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (if (i32.lt_u (local.get $message-length) (i32.const 1000))
        (then (return (i32.const 0))))
      (call $descend (i32.sub (local.get $message-length) (i32.const 1000)))))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance (export "self-id" (func $lowered-self-id))))))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
