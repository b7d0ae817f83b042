(module
  (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;1;) (func (param f64) (result i32 i64)))
  (type (;2;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;3;) (func (param i32 i32 i32 i32) (result i32)))
  (table (;0;) 63 411 externref)
  (memory (;0;) 0 11)
  (memory (;1;) 2)
  (global (;0;) externref ref.null extern)
  (global (;1;) v128 v128.const i32x4 0x9cbe0301 0x0cf20a94 0x158f883e 0x2149d39f)
  (global (;2;) (mut v128) v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
  (global (;3;) (mut i64) i64.const 0)
  (global (;4;) (mut i32) i32.const 0)
  (global (;5;) (mut i32) i32.const 0)
  (global (;6;) (mut i64) i64.const 0)
  (global (;7;) (mut i32) i32.const 100000)
  (export "memory" (memory 1))
  (export "cabi_realloc" (func 1))
  (export "handle-message" (func 2))
  (func (;0;) (type 1) (param f64) (result i32 i64)
    global.get 7
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 7
    i32.const 1
    i32.sub
    global.set 7
    f64.const 0x1.c035a89172a4ep-412 (;=0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000016553238737763336;)
    i64.trunc_sat_f64_u
    f64.const -nan:0xffffffff00000 (;=NaN;)
    f64.ceil
    i32.trunc_f64_s
    i32.load
    v128.load16x4_s align=2
    i32x4.trunc_sat_f64x2_s_zero
    ref.null func
    local.get 0
    local.set 0
    ref.null extern
    i64.const -9091628059833035318
    f64.convert_i64_s
    f64.ceil
    f64.const 0x1.p-1030 (;=0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000008691694759794;)
    f64.ne
    i64.extend_i32_u
    f32.convert_i64_u
    block ;; label = @1
      global.get 1
      i64x2.extend_low_i32x4_s
      i16x8.extend_high_i8x16_s
      i64x2.extract_lane 0
      global.get 1
      i32x4.trunc_sat_f64x2_s_zero
      f32x4.convert_i32x4_s
      i16x8.abs
      memory.size
      i64.load8_u
      i64x2.replace_lane 0
      i16x8.extadd_pairwise_i8x16_s
      f32x4.ceil
      f32x4.abs
      table.size 0
      i32x4.shl
      i64x2.all_true
      memory.size
      v128.const i32x4 0xa24d647f 0x7c6b7ff3 0xb4f1ce44 0x5696563a
      i32x4.trunc_sat_f64x2_s_zero
      i16x8.all_true
      local.get 0
      memory.size
      v128.load64_zero align=1
      i32x4.neg
      i32x4.neg
      i32x4.abs
      i32x4.extend_low_i16x8_u
      v128.const i32x4 0xed606a82 0xe6c9911a 0x49eb0d00 0x22314ebf
      f32x4.div
      ref.null extern
      f32.const 0x1.ffcp-139 (;=0.000000000000000000000000000000000000000002868;)
      local.get 0
      memory.size
      v128.load32x2_u align=2
      i32x4.relaxed_trunc_f32x4_u
      i32x4.extend_low_i16x8_s
      global.get 2
      v128.xor
      global.set 2
      i64.reinterpret_f64
      global.get 3
      i64.xor
      global.set 3
      i32.reinterpret_f32
      global.get 4
      i32.xor
      global.set 4
      drop
      global.get 2
      v128.xor
      global.set 2
      i64.reinterpret_f64
      global.get 3
      i64.xor
      global.set 3
      global.get 5
      i32.xor
      global.set 5
      global.get 5
      i32.xor
      global.set 5
      global.get 5
      i32.xor
      global.set 5
      global.get 6
      i64.xor
      global.set 6
    end
    i32.reinterpret_f32
    global.get 4
    i32.xor
    global.set 4
    drop
    drop
    global.get 2
    v128.xor
    global.set 2
    global.get 6
    i64.xor
    global.set 6
    i32.const 131070
    i64.const 8589934591
  )
  (func (;1;) (type 2) (param i32 i32 i32 i32) (result i32)
    global.get 7
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 7
    i32.const 1
    i32.sub
    global.set 7
    ref.null extern
    ref.is_null
    i32.popcnt
    v128.load32_splat 1 offset=103835 align=2
    f32x4.ceil
    f32x4.convert_i32x4_u
    i64.const 6148914691236517205
    i64x2.replace_lane 1
    i32x4.extend_high_i16x8_u
    f32x4.convert_i32x4_s
    i16x8.extend_high_i8x16_s
    f64x2.neg
    i16x8.neg
    v128.const i32x4 0x0dae44d9 0x1c10dbc1 0x2568833d 0xfc2ecd80
    v128.any_true
    f64.load
    i64.trunc_sat_f64_u
    i64.eqz
    i64.load8_s 1 offset=63648
    i64.clz
    f32.const -0x1.352a16p-51 (;=-0.00000000000000053631474;)
    i64.const -4503599627370497
    memory.size
    i64.load32_s align=1
    i32.wrap_i64
    f32.convert_i32_s
    f32.sqrt
    f64.const 0x1.ffffffffcp-1040 (;=0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000016975966327;)
    f64.sqrt
    i64.trunc_sat_f64_s
    table.size 0
    f64.convert_i32_s
    f32.demote_f64
    i32.trunc_f32_u
    i64.load32_s 1 offset=70077 align=2
    i64x2.splat
    f32x4.sqrt
    i32x4.trunc_sat_f32x4_u
    i32x4.extadd_pairwise_i16x8_u
    f64x2.floor
    f64x2.ceil
    i8x16.abs
    f64x2.floor
    f32x4.extract_lane 2
    f32.nearest
    f32.neg
    v128.const i32x4 0x18086818 0x0ef17f5c 0xa96c8ead 0x8e1bc591
    i16x8.extract_lane_s 3
    f64.load 1 offset=74440
    memory.size
    loop (result i64) ;; label = @1
      global.get 7
      i32.eqz
      if ;; label = @2
        unreachable
      end
      global.get 7
      i32.const 1
      i32.sub
      global.set 7
      i32.const -16843010
      table.size 0
      i32.store8
      table.size 0
      v128.load32_splat 1 offset=33304
      i8x16.bitmask
      v128.load8x8_u
      f64x2.extract_lane 1
      br 0 (;@1;)
      f64.sqrt
      loop (type 1) (param f64) (result i32 i64) ;; label = @2
        global.get 7
        i32.eqz
        if ;; label = @3
          unreachable
        end
        global.get 7
        i32.const 1
        i32.sub
        global.set 7
        i64.trunc_sat_f64_s
        table.size 0
        f32.const 0x1.6289p-61 (;=0.0000000000000000006006059;)
        v128.const i32x4 0x7c9ffa2e 0x00007219 0x00000000 0x00000000
        unreachable
      end
      unreachable
    end
    unreachable
  )
  (func (;2;) (type 3) (param i32 i32 i32 i32) (result i32)
    global.get 7
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 7
    i32.const 1
    i32.sub
    global.set 7
    unreachable
  )
)
