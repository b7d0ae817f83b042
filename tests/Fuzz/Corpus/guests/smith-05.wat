(module
  (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;2;) (func (param i32 i32 i32 i32) (result i32)))
  (table (;0;) 55 externref)
  (memory (;0;) 2)
  (global (;0;) (mut funcref) ref.null func)
  (global (;1;) (mut v128) v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
  (global (;2;) (mut i64) i64.const 0)
  (global (;3;) (mut i32) i32.const 0)
  (global (;4;) (mut i32) i32.const 0)
  (global (;5;) (mut i64) i64.const 0)
  (global (;6;) (mut i32) i32.const 100000)
  (export "memory" (memory 0))
  (export "cabi_realloc" (func 1))
  (export "handle-message" (func 2))
  (elem (;0;) externref)
  (func (;0;) (type 0) (param i32 i32 i32 i32) (result i32)
    (local i64)
    global.get 6
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 6
    i32.const 1
    i32.sub
    global.set 6
    elem.drop 0
    memory.size
    i32.extend8_s
    i32.extend8_s
    i16x8.splat
    f32x4.abs
    v128.const i32x4 0xfeacab62 0x07ee4d82 0x5265c8b0 0x863e1f52
    loop (result i32) ;; label = @1
      global.get 6
      i32.eqz
      if ;; label = @2
        unreachable
      end
      global.get 6
      i32.const 1
      i32.sub
      global.set 6
      ref.null func
      i64.const -6577039118443503122
      global.get 0
      i64.const -3770409932390300579
      i32.const -2147483648
      local.set 3
      block (result i64) ;; label = @2
        memory.size
        v128.load64_zero offset=36310
        ref.null extern
        memory.size
        i32.load offset=63112 align=2
        local.set 0
        block (result externref) ;; label = @3
          i64.const -4503599627370496
          local.tee 4
          elem.drop 0
          i64.ctz
          f64.reinterpret_i64
          f32.const 0x1.f06d48p+93 (;=19204585000000000000000000000;)
          local.get 4
          i64.popcnt
          table.size 0
          i32.const -965323056
          i32.eq
          f32.load offset=88877 align=1
          i64.trunc_f32_u
          i64.rotl
          elem.drop 0
          elem.drop 0
          i64.extend16_s
          local.get 1
          i32.popcnt
          i32.load8_u offset=94759
          i32.extend8_s
          f32.const 0x1.8f6802p-117 (;=0.0000000000000000000000000000000000093899965;)
          loop (result v128) ;; label = @4
            global.get 6
            i32.eqz
            if ;; label = @5
              unreachable
            end
            global.get 6
            i32.const 1
            i32.sub
            global.set 6
            v128.const i32x4 0x8b8c54dd 0xaf508476 0xe1619fb9 0x9ef54ba2
            i16x8.extend_high_i8x16_u
            f32x4.convert_i32x4_s
            i8x16.bitmask
            local.get 1
            i64.const 17592186044416
            i64.popcnt
            v128.const i32x4 0xc110fb3a 0x5b3e13f8 0xd2d5f1e0 0x850a031a
            i16x8.abs
            local.get 4
            i64x2.replace_lane 0
            i32x4.extadd_pairwise_i16x8_s
            br 3 (;@1;)
            i32.const -1839053509
            i32x4.shr_u
            f32x4.demote_f64x2_zero
            br 0 (;@4;)
            i8x16.extract_lane_s 9
            i32.const 131064
            i32x4.splat
            i64x2.extend_low_i32x4_u
            i32x4.extract_lane 3
            f64.load offset=89799 align=1
            i64.trunc_sat_f64_u
            block ;; label = @5
              v128.const i32x4 0x4c83c8cb 0x1d921282 0xce7e9ee5 0x77b34e8e
              i16x8.extract_lane_u 6
              br_table 0 (;@5;) 1 (;@4;) 4 (;@1;) 1 (;@4;)
            end
            i64.const 16383
            i64.xor
            i64.store32 offset=77387 align=1
            i64.extend16_s
            i32.const 1393723834
            v128.load16_splat offset=2939809908
            i64x2.extend_high_i32x4_s
            i32x4.neg
            v128.const i32x4 0x8755cd37 0x266b42b3 0x83e11570 0xccd29bb1
            i32x4.extadd_pairwise_i16x8_s
            i8x16.sub_sat_u
            i32x4.extend_high_i16x8_s
            elem.drop 0
            f32x4.nearest
            i16x8.extend_high_i8x16_s
            i32x4.extadd_pairwise_i16x8_u
            i32x4.relaxed_trunc_f64x2_s_zero
            i16x8.extend_low_i8x16_s
            f64x2.abs
            f32x4.demote_f64x2_zero
            i32x4.relaxed_trunc_f64x2_u_zero
            i32x4.trunc_sat_f64x2_s_zero
            f32x4.abs
            global.get 0
            i64.const -1790731640511979244
            local.set 4
            drop
            global.get 1
            v128.xor
            global.set 1
            global.get 2
            i64.xor
            global.set 2
            global.get 3
            i32.xor
            global.set 3
            global.get 3
            i32.xor
            global.set 3
            v128.const i32x4 0xffffffff 0x000001ff 0x00000000 0xfffffc00
          end
          global.get 1
          v128.xor
          global.set 1
          i32.reinterpret_f32
          global.get 4
          i32.xor
          global.set 4
          global.get 3
          i32.xor
          global.set 3
          global.get 2
          i64.xor
          global.set 2
          i32.reinterpret_f32
          global.get 4
          i32.xor
          global.set 4
          i64.reinterpret_f64
          global.get 5
          i64.xor
          global.set 5
          ref.null extern
        end
        drop
        drop
        global.get 1
        v128.xor
        global.set 1
        i64.const 562949953421312
      end
      global.get 2
      i64.xor
      global.set 2
      global.get 2
      i64.xor
      global.set 2
      drop
      global.get 2
      i64.xor
      global.set 2
      drop
      i32.const 1681106709
    end
    global.get 3
    i32.xor
    global.set 3
    global.get 1
    v128.xor
    global.set 1
    global.get 1
    v128.xor
    global.set 1
    i32.const -258549169
  )
  (func (;1;) (type 1) (param i32 i32 i32 i32) (result i32)
    global.get 6
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 6
    i32.const 1
    i32.sub
    global.set 6
    loop ;; label = @1
      global.get 6
      i32.eqz
      if ;; label = @2
        unreachable
      end
      global.get 6
      i32.const 1
      i32.sub
      global.set 6
      block (result i32) ;; label = @2
        v128.const i32x4 0x34b3ff60 0x4a3adf99 0x721888ff 0x8005ce74
        f32.const 0x1.5b15bp-51 (;=0.000000000000000602096;)
        f32.sqrt
        local.get 0
        v128.load64_zero offset=87678 align=1
        f64x2.promote_low_f32x4
        loop ;; label = @3
          global.get 6
          i32.eqz
          if ;; label = @4
            unreachable
          end
          global.get 6
          i32.const 1
          i32.sub
          global.set 6
          v128.const i32x4 0x03edb920 0x04b8157d 0xbbab27f6 0x00000000
          unreachable
        end
        unreachable
      end
      unreachable
    end
    unreachable
  )
  (func (;2;) (type 2) (param i32 i32 i32 i32) (result i32)
    global.get 6
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 6
    i32.const 1
    i32.sub
    global.set 6
    unreachable
  )
)
