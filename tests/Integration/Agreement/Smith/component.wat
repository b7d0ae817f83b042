;; A receiver around a random module, which takes the place of the line SMITH: messages come into its memory as they should, and
;; whether one is handled or rejected is one bit of a hash over that memory and what the module's function gave.
(component
  SMITH
  (core instance $smith (instantiate $smith))
  (core module $frame
    (import "smith" "memory" (memory 0))
    (import "smith" "handle" (func $handle (param i32 i32 i32 i32) (result i64)))
    (import "smith" "post" (func $post (param i32)))
    (global $next (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get 3)))
      (loop $more
        (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
          (then
            (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
            (unreachable))))
      (local.get $block))
    (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
      (local $hash i64) (local $at i32)
      (local.set $hash (call $handle (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
      (loop $more
        (if (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))
          (then
            (local.set $hash
              (i64.mul
                (i64.xor (i64.rotl (local.get $hash) (i64.const 23)) (i64.load (local.get $at)))
                (i64.const 0x9E3779B97F4A7C15)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br $more))))
      (i32.wrap_i64 (i64.shr_u (local.get $hash) (i64.const 63))))
    (func (export "post") (param i32)
      (global.set $next (i32.const 4096))
      (call $post (local.get 0))))
  (core instance $frame (instantiate $frame (with "smith" (instance $smith))))
  (func $h (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $frame "handle-message")
      (memory (core memory $smith "memory")) (realloc (core func $frame "cabi_realloc"))
      (post-return (core func $frame "post"))))
  (export "handle-message" (func $h)))
