(module
  (type (;0;) (func))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;2;) (func (param i32 i32 i32 i32) (result i32)))
  (table (;0;) 104 296 funcref)
  (memory (;0;) 1 9)
  (memory (;1;) 2)
  (global (;0;) (mut v128) v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut i64) i64.const 0)
  (global (;3;) (mut i64) i64.const 0)
  (global (;4;) (mut i32) i32.const 100000)
  (export "memory" (memory 1))
  (export "cabi_realloc" (func 3))
  (export "handle-message" (func 4))
  (start 1)
  (elem (;0;) declare externref)
  (elem (;1;) (i32.const 1) func)
  (func (;0;) (type 0)
    (local externref v128)
    global.get 4
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 4
    i32.const 1
    i32.sub
    global.set 4
    i64.const -843650658049706460
    v128.const i32x4 0xf34806c0 0xa4f8e622 0xd2595cd2 0x563de04c
    f64x2.convert_low_i32x4_u
    i16x8.extend_high_i8x16_s
    f32x4.demote_f64x2_zero
    table.size 0
    f32.convert_i32_s
    call 1
    v128.const i32x4 0x77b63fee 0x540b295e 0x3c2e51dc 0xb3cdaeca
    i32.const -256
    i64.load8_s offset=29337
    f32.convert_i64_u
    br 0
    f32.trunc
    call 2
    i64.trunc_f32_u
    i64.popcnt
    f32.const 0x1.ffep-138 (;=0.000000000000000000000000000000000000000005738;)
    i64.trunc_sat_f32_s
    i64.shr_s
    i64.eqz
    i32.load8_s offset=462522
    i32.const 33554431
    i32.extend16_s
    i32.eqz
    v128.load16x4_u 1 offset=48517
    i32x4.extadd_pairwise_i16x8_s
    f32x4.floor
    i16x8.bitmask
    i32.shr_u
    table.get 0
    call 0
    table.size 0
    v128.load64_splat 1 offset=72055 align=1
    i16x8.extadd_pairwise_i8x16_u
    memory.size
    f64.convert_i32_u
    i32.trunc_sat_f64_u
    i8x16.splat
    i8x16.min_s
    i16x8.extract_lane_u 3
    br_if 0
    i64.const 7735503546228697995
    br 0
    i64x2.splat
    memory.size 1
    v128.load32x2_u offset=44494 align=2
    i32x4.extend_high_i16x8_u
    i32x4.relaxed_trunc_f32x4_s
    block (type 0) ;; label = @1
      i32.const 587390628
      f32.convert_i32_u
      f64.promote_f32
      f64.abs
      loop (result externref) ;; label = @2
        global.get 4
        i32.eqz
        if ;; label = @3
          unreachable
        end
        global.get 4
        i32.const 1
        i32.sub
        global.set 4
        return
        local.get 1
        f64x2.ceil
        i32x4.extadd_pairwise_i16x8_u
        i16x8.all_true
        v128.load 1 offset=98611 align=2
        table.size 0
        table.get 0
        return_call 2
        memory.size 1
        v128.load64_zero offset=8807
        f64x2.extract_lane 1
        elem.drop 0
        return_call 2
        i32.trunc_sat_f64_u
        i64.load8_u 1 offset=42598
        i64.ctz
        f32.convert_i64_s
        memory.size
        v128.load64_zero 1 offset=67374 align=2
        f64x2.abs
        i16x8.neg
        f64x2.trunc
        local.get 0
        local.tee 0
        f32.const -0x1.9acbeap+7 (;=-205.39827;)
        f32x4.splat
        i64x2.bitmask
        table.get 0
        v128.const i32x4 0x576db086 0x2c00a876 0xc32dd1b6 0x0b395250
        i8x16.neg
        table.size 0
        i16x8.splat
        i64x2.extend_low_i32x4_u
        i32x4.trunc_sat_f32x4_u
        i16x8.extend_high_i8x16_u
        f32x4.ge
        i64x2.all_true
        v128.load64_zero 1 offset=90490
        f32x4.convert_i32x4_s
        i16x8.extadd_pairwise_i8x16_u
        i64x2.extend_high_i32x4_u
        f64x2.trunc
        f64x2.trunc
        i16x8.extend_high_i8x16_u
        global.get 0
        v128.xor
        global.set 0
        drop
        drop
        global.get 0
        v128.xor
        global.set 0
        i32.reinterpret_f32
        global.get 1
        i32.xor
        global.set 1
        drop
        global.get 0
        v128.xor
        global.set 0
        ref.null extern
      end
      drop
      i64.reinterpret_f64
      global.get 2
      i64.xor
      global.set 2
    end
    global.get 0
    v128.xor
    global.set 0
    global.get 0
    v128.xor
    global.set 0
    drop
    global.get 0
    v128.xor
    global.set 0
    i32.reinterpret_f32
    global.get 1
    i32.xor
    global.set 1
    global.get 0
    v128.xor
    global.set 0
    global.get 3
    i64.xor
    global.set 3
  )
  (func (;1;) (type 0)
    (local v128)
    global.get 4
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 4
    i32.const 1
    i32.sub
    global.set 4
    ref.null func
    i32.const -32769
    f32.const -0x1.bc8bc2p+125 (;=-73862860000000000000000000000000000000;)
    i64.const -182954454437974690
    i32.wrap_i64
    f32.reinterpret_i32
    i64.trunc_sat_f32_u
    data.drop 1
    i64.clz
    v128.const i32x4 0x8678324a 0x57d2823d 0xb5cb0c40 0xe763687a
    f64x2.extract_lane 0
    i64.trunc_sat_f64_u
    memory.size
    v128.load32_splat 1 offset=2108
    f64x2.floor
    i32x4.trunc_sat_f64x2_u_zero
    unreachable
  )
  (func (;2;) (type 0)
    global.get 4
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 4
    i32.const 1
    i32.sub
    global.set 4
  )
  (func (;3;) (type 1) (param i32 i32 i32 i32) (result i32)
    global.get 4
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 4
    i32.const 1
    i32.sub
    global.set 4
    unreachable
  )
  (func (;4;) (type 2) (param i32 i32 i32 i32) (result i32)
    global.get 4
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 4
    i32.const 1
    i32.sub
    global.set 4
    unreachable
  )
  (data (;0;) "\1f")
  (data (;1;) (memory 1) (i32.const 42) "")
)
