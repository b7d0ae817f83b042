;; endless-loop-component: a component that never returns.
;;
;; The message's length chooses where:
;;   1000  handle-message, doing nothing
;;   1001  handle-message, sending the message to its sender again and again
;;   2000  realloc, called for the message
;;   3000  post-return, after handle-message returned ok
;; 100,000 more do the same, in a message that the host delivers by itself and not in a batch.
;;
;; Expected: `timed-out` when the message budget is used up, with or without calls to the host, and the
;; instance is not called again. What 1001 sent until then stands. A message of any other length is
;; `handled`, by the fresh instance too.

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

    ;; The length of the message just handled, kept for post-return.
    (global $length (mut i32) (i32.const 0))

    (func $loop
      (loop $again
        (br $again)))

    (func $realloc (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (if (i32.eq (i32.rem_u (local.get $new-size) (i32.const 100000)) (i32.const 2000))
        (then (call $loop)))
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block))

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (global.set $next (i32.const 1024))
      (global.set $length (i32.rem_u (local.get $message-length) (i32.const 100000)))
      (if (i32.eq (global.get $length) (i32.const 1000))
        (then (call $loop)))
      (if (i32.eq (global.get $length) (i32.const 1001))
        (then
          (loop $again
            (call $send
              (local.get $sender) (local.get $sender-length)
              (local.get $message) (local.get $message-length)
              (i32.const 0))
            (br $again))))
      (i32.const 0))

    (func (export "cabi_post_handle-message") (param $result i32)
      (if (i32.eq (global.get $length) (i32.const 3000))
        (then (call $loop)))))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host-messaging" (instance
      (export "send" (func $lowered-send))))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (alias core export $main "cabi_post_handle-message" (core func $post-return))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc)
      (post-return $post-return))))
