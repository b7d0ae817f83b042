;; traps: a core module that traps, in each way that WebAssembly has, wherever guest code runs.
;;
;; The message's length chooses where and how:
;;   1000 + kind  in handle-message
;;   2000 + kind  in realloc, called for the message
;; The kinds:
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
;; 100,000 more do the same, in a message that the host delivers by itself and not in a batch.
;;
;; Expected: `trapped` for these, and the instance is not called again. A message of any other length
;; is `handled`, by the fresh instance too. traps-component does the same as a component.

(module
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

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

  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $block i32) (local $choice i32)
    (local.set $choice (i32.rem_u (local.get $new-size) (i32.const 100000)))
    (if (i32.lt_u (i32.sub (local.get $choice) (i32.const 2000)) (i32.const 1000))
      (then (call $trap (i32.sub (local.get $choice) (i32.const 2000)))))
    (local.set $block (global.get $next))
    (global.set $next (i32.add (local.get $block) (local.get $new-size)))
    (local.get $block))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (global.set $next (i32.const 1024))
    (local.set $message-length (i32.rem_u (local.get $message-length) (i32.const 100000)))
    (if (i32.lt_u (i32.sub (local.get $message-length) (i32.const 1000)) (i32.const 1000))
      (then (call $trap (i32.sub (local.get $message-length) (i32.const 1000)))))
    (i32.const 0)))
