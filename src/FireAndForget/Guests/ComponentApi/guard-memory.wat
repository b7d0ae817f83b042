;; The memory of a guard, for the lists and strings that go through it: room is given one behind the other, until all is taken back.
;; From 0 on lie answers of the host, and from 1,024 on a byte for each handle, which says whether it was counted.
  (core module $allocator
    (memory (export "memory") 4)
    (global $next (mut i32) (i32.const 66560))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param i32) (param $size i32) (result i32)
      (local $block i32) (local $end i64)
      (if (i32.le_u (local.get $size) (local.get $old-size)) (then (return (local.get $old))))
      ;; Aligned for all: a list of bytes is handed on as a string in Latin-1, which has to lie at an even address.
      (local.set $block (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (local.set $end (i64.add (i64.extend_i32_u (local.get $block)) (i64.extend_i32_u (local.get $size))))
      (if (i64.gt_u (local.get $end) (i64.shl (i64.extend_i32_u (memory.size)) (i64.const 16)))
        (then
          (if (i64.gt_u (local.get $end) (i64.const 0xFFFF0000)) (then (unreachable)))
          (if (i32.eq
                (i32.const -1)
                (memory.grow (i32.sub
                  (i32.wrap_i64 (i64.shr_u (i64.add (local.get $end) (i64.const 65535)) (i64.const 16)))
                  (memory.size))))
            (then (unreachable)))))
      (memory.copy (local.get $block) (local.get $old) (local.get $old-size))
      (global.set $next (i32.wrap_i64 (local.get $end)))
      (local.get $block))
    (func (export "take-back") (global.set $next (i32.const 66560))))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "realloc" (core func $realloc))

