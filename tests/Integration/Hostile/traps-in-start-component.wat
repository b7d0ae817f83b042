;; traps-in-start-component: a component whose core module's start function traps, in each way that WebAssembly has.
;;
;; The length of its id, less 1, chooses how:
;;   0  unreachable
;;   1  integer division by zero
;;   2  integer overflow: the smallest i32 divided by -1
;;   3  conversion of NaN to an integer
;;   4  load beyond the memory's end
;;   5  store beyond the memory's end
;;   6  memory.copy beyond the memory's end
;;   7  table.get beyond the table's end
;;   8  indirect call beyond the table's end
;;   9  indirect call of a null entry
;;  10  indirect call of a function with another signature
;;  11  recursion without end (stack overflow)
;;  12  remainder of a division by zero
;;  13  conversion of a number that is too large for an integer
;;  14  table.set beyond the table's end
;;  15  memory.fill beyond the memory's end
;;  16  memory.init beyond the end of a segment that was dropped
;;  17  table.copy beyond the table's end
;;  18  table.init beyond the segment's end
;;
;; Expected: a load error that says so; the host and its other components do not notice. With a longer id it loads, and every message
;; is `handled`.

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
  (core func $lowered-self-id (canon lower (func $self-id) (memory $memory) (realloc $allocator-realloc)))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "host-messaging" "self-id" (func $self-id (param i32)))

    (type $nullary (func))
    (table $functions 2 funcref)
    (elem (table $functions) (i32.const 1) func $trap)
    (elem $entries func $trap)
    (data $bytes "a")

    (func $recurse (param $depth i32) (result i32)
      (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (local.get $depth)))

    (func $trap (param $kind i32)
      (local $beyond i32)
      (local.set $beyond (i32.shl (memory.size) (i32.const 16)))
      (if (i32.eq (local.get $kind) (i32.const 0))
        (then (unreachable)))
      (if (i32.eq (local.get $kind) (i32.const 1))
        (then (drop (i32.div_u (local.get $kind) (i32.sub (local.get $kind) (i32.const 1))))))
      (if (i32.eq (local.get $kind) (i32.const 2))
        (then (drop (i32.div_s (i32.const 0x80000000) (i32.sub (local.get $kind) (i32.const 3))))))
      (if (i32.eq (local.get $kind) (i32.const 3))
        (then (drop (i32.trunc_f64_s (f64.const nan)))))
      (if (i32.eq (local.get $kind) (i32.const 4))
        (then (drop (i32.load8_u (local.get $beyond)))))
      (if (i32.eq (local.get $kind) (i32.const 5))
        (then (i32.store8 (local.get $beyond) (i32.const 1))))
      (if (i32.eq (local.get $kind) (i32.const 6))
        (then (memory.copy (i32.const 0) (i32.sub (local.get $beyond) (i32.const 1)) (i32.const 2))))
      (if (i32.eq (local.get $kind) (i32.const 7))
        (then (drop (table.get $functions (local.get $kind)))))
      (if (i32.eq (local.get $kind) (i32.const 8))
        (then (call_indirect $functions (type $nullary) (local.get $kind))))
      (if (i32.eq (local.get $kind) (i32.const 9))
        (then (call_indirect $functions (type $nullary) (i32.const 0))))
      (if (i32.eq (local.get $kind) (i32.const 10))
        (then (call_indirect $functions (type $nullary) (i32.const 1))))
      (if (i32.eq (local.get $kind) (i32.const 11))
        (then (drop (call $recurse (i32.const 1)))))
      (if (i32.eq (local.get $kind) (i32.const 12))
        (then (drop (i32.rem_s (local.get $kind) (i32.sub (local.get $kind) (i32.const 12))))))
      (if (i32.eq (local.get $kind) (i32.const 13))
        (then (drop (i32.trunc_f64_s (f64.const 1e300)))))
      (if (i32.eq (local.get $kind) (i32.const 14))
        (then (table.set $functions (local.get $kind) (ref.null func))))
      (if (i32.eq (local.get $kind) (i32.const 15))
        (then (memory.fill (i32.sub (local.get $beyond) (i32.const 1)) (i32.const 0) (i32.const 2))))
      (if (i32.eq (local.get $kind) (i32.const 16))
        (then (data.drop $bytes) (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 1))))
      (if (i32.eq (local.get $kind) (i32.const 17))
        (then (table.copy $functions $functions (i32.const 1) (i32.const 0) (i32.const 2))))
      (if (i32.eq (local.get $kind) (i32.const 18))
        (then (table.init $functions $entries (i32.const 0) (i32.const 0) (i32.const 2)))))

    (func $start
      (call $self-id (i32.const 0))
      (call $trap (i32.sub (i32.load (i32.const 4)) (i32.const 1))))
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
