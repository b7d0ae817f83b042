;; forwarder: a core module that sends each message on, whole, to the target whose id stands at the message's end.
;;
;; It is here for the benchmarks of chains and circles of components. A message ends in a list of targets, each an id of
;; exactly 4 bytes, and a last byte that tells which of them is next:
;;
;;   ... | target 0 | target 1 | ... | target n-1 | n | next
;;
;; Each forwarder sends to target `next` and adds one to it, modulo n where the byte n has its highest bit set (a circle), and
;; without a send where next is n (the end of a chain). It answers 0 where the send was accepted, else the send's answer.
(module
  (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 2)

  (global $next (mut i32) (i32.const 16))
  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $block i32)
    (local.set $block (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
    (global.set $next (i32.add (local.get $block) (local.get $new-size)))
    (if (i32.gt_u (global.get $next) (i32.const 131072)) (then (unreachable)))
    (local.get $block))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (local $end i32) (local $count i32) (local $target i32)
    (global.set $next (i32.const 16))
    (local.set $end (i32.sub (i32.add (local.get $message) (local.get $length)) (i32.const 2)))
    (local.set $count (i32.and (i32.load8_u (local.get $end)) (i32.const 0x7f)))
    (local.set $target (i32.load8_u offset=1 (local.get $end)))
    (if (i32.ge_u (local.get $target) (local.get $count))
      (then
        (if (i32.eqz (i32.and (i32.load8_u (local.get $end)) (i32.const 0x80)))
          (then (return (i32.const 0))))
        (local.set $target (i32.const 0))))
    (i32.store8 offset=1 (local.get $end) (i32.add (local.get $target) (i32.const 1)))
    (call $send
      (i32.sub
        (local.get $end)
        (i32.shl (i32.sub (local.get $count) (local.get $target)) (i32.const 2)))
      (i32.const 4)
      (local.get $message)
      (local.get $length))))
