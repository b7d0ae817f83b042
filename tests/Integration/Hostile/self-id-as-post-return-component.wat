;; self-id-as-post-return-component: a component whose post-return is the host's own `self-id`: the types are
;; the same. The host then calls itself, with no guest code between.
;;
;; Expected: calling an import during post-return traps, so every message is `trapped`.

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

  (alias export $host-messaging "self-id" (func $self-id))
  (core func $lowered-self-id
    (canon lower (func $self-id) (memory $memory) (realloc $allocator-realloc)))

  (core module $main
    (import "allocator" "memory" (memory 2))

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
      (i32.const 0)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))))
  (alias core export $main "cabi_realloc" (core func $realloc))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc)
      (post-return $lowered-self-id))))
