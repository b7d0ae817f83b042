(module
  (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (table (;0;) 55 funcref)
  (memory (;0;) 1 7)
  (memory (;1;) 2)
  (global (;0;) (mut v128) v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
  (global (;1;) (mut i64) i64.const 0)
  (global (;2;) (mut i32) i32.const 0)
  (global (;3;) (mut i64) i64.const 0)
  (global (;4;) (mut i32) i32.const 100000)
  (export "memory" (memory 1))
  (export "cabi_realloc" (func 0))
  (export "handle-message" (func 1))
  (elem (;0;) func)
  (elem (;1;) (table 0) (i32.const 0) func)
  (func (;0;) (type 0) (param i32 i32 i32 i32) (result i32)
    global.get 4
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 4
    i32.const 1
    i32.sub
    global.set 4
    i64.const -65537
    i32.wrap_i64
    f32.reinterpret_i32
    f32.neg
    i32.trunc_sat_f32_s
    i32.eqz
    br 0
    local.get 1
    local.set 1
    table.size 0
    v128.load8_splat 1 offset=19098
    block (result i64) ;; label = @1
      data.drop 0
      ref.null func
      local.get 1
      f32.convert_i32_u
      f32.floor
      f32.nearest
      f32.abs
      f32.abs
      i64.trunc_f32_s
      i32.wrap_i64
      i16x8.splat
      i64x2.abs
      i8x16.popcnt
      i64x2.neg
      i32x4.extend_high_i16x8_u
      i16x8.extend_low_i8x16_u
      f64x2.sqrt
      f32x4.convert_i32x4_u
      i32x4.trunc_sat_f64x2_s_zero
      loop ;; label = @2
        global.get 4
        i32.eqz
        if ;; label = @3
          unreachable
        end
        global.get 4
        i32.const 1
        i32.sub
        global.set 4
        f64.const -0x1.24a23d5962217p-219 (;=-0.0000000000000000000000000000000000000000000000000000000000000000013567986253212518;)
        ref.null extern
        f64.const -0x1p+961 (;=-19490628022800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000;)
        f32.const -0x1.4eccbp-91 (;=-0.00000000000000000000000000052822057;)
        f32.neg
        i32.reinterpret_f32
        f32.convert_i32_s
        table.size 0
        v128.load offset=17433 align=2
        i32x4.extend_low_i16x8_u
        i64.const -268435456
        elem.drop 1
        i64.extend8_s
        block (result funcref) ;; label = @3
          memory.size 1
          i32.load8_u offset=46571
          br_if 1 (;@2;)
          block ;; label = @4
            loop (result f64) ;; label = @5
              global.get 4
              i32.eqz
              if ;; label = @6
                unreachable
              end
              global.get 4
              i32.const 1
              i32.sub
              global.set 4
              loop (result i64) ;; label = @6
                global.get 4
                i32.eqz
                if ;; label = @7
                  unreachable
                end
                global.get 4
                i32.const 1
                i32.sub
                global.set 4
                v128.const i32x4 0x547f1505 0x62ae2eb1 0x7e881ed1 0x186d76b0
                i64x2.abs
                i32x4.all_true
                f64.load 1 offset=3885467559 align=4
                f64.ceil
                elem.drop 1
                i32.trunc_sat_f64_s
                v128.load8x8_s 1 offset=16091 align=1
                i16x8.extend_low_i8x16_u
                f32x4.extract_lane 1
                f32.const 0x1.37f78ep+123 (;=12958603000000000000000000000000000000;)
                f32.abs
                data.drop 2
                i32.trunc_sat_f32_u
                v128.load32_splat 1 offset=99789
                i64x2.extend_low_i32x4_u
                f64x2.convert_low_i32x4_u
                f64x2.abs
                f64x2.convert_low_i32x4_s
                f32x4.neg
                i64x2.abs
                f64x2.trunc
                v128.const i32x4 0x8f1012bd 0x07bc1e39 0x18e8830e 0xf4d46b0a
                i32x4.eq
                i8x16.bitmask
                i64.load32_u 1 offset=58040 align=1
                data.drop 2
                v128.const i32x4 0x7c976bf4 0xe1f40a09 0x31d0f646 0xef86ab10
                v128.not
                f32.const -0x1.a7e51cp-28 (;=-0.0000000061684835;)
                i32.trunc_sat_f32_s
                i32.load8_s 1 offset=39450
                i32.load8_s offset=4629
                i16x8.shl
                i32.const -9
                i16x8.splat
                i8x16.shuffle 20 20 29 28 1 12 10 31 9 20 17 18 26 17 30 0
                i32x4.extadd_pairwise_i16x8_u
                i32x4.extend_low_i16x8_u
                f64x2.convert_low_i32x4_u
                f64x2.neg
                i16x8.abs
                i64x2.neg
                f64x2.sqrt
                i32x4.abs
                f32x4.abs
                f32x4.floor
                f64x2.convert_low_i32x4_s
                global.get 0
                v128.xor
                global.set 0
                global.get 1
                i64.xor
                global.set 1
                i32.reinterpret_f32
                global.get 2
                i32.xor
                global.set 2
                i64.const 9007199254740992
              end
              global.get 1
              i64.xor
              global.set 1
              f64.const 0x1.ep-1071 (;=0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000074;)
            end
            i64.reinterpret_f64
            global.get 3
            i64.xor
            global.set 3
          end
          ref.null func
        end
        drop
        global.get 1
        i64.xor
        global.set 1
        global.get 0
        v128.xor
        global.set 0
        i32.reinterpret_f32
        global.get 2
        i32.xor
        global.set 2
        i64.reinterpret_f64
        global.get 3
        i64.xor
        global.set 3
        drop
        i64.reinterpret_f64
        global.get 3
        i64.xor
        global.set 3
      end
      global.get 0
      v128.xor
      global.set 0
      drop
      i64.const 1518425982140829623
    end
    global.get 1
    i64.xor
    global.set 1
    global.get 0
    v128.xor
    global.set 0
    i32.const 458751
  )
  (func (;1;) (type 1) (param i32 i32 i32 i32) (result i32)
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
    loop ;; label = @1
      global.get 4
      i32.eqz
      if ;; label = @2
        unreachable
      end
      global.get 4
      i32.const 1
      i32.sub
      global.set 4
      block (result i64) ;; label = @2
        ref.null func
        elem.drop 1
        v128.const i32x4 0xfd789c65 0xaa0a1df9 0xa3007e62 0x76fb0f17
        i16x8.all_true
        v128.load8x8_u 1 offset=118604 align=1
        v128.not
        i32x4.extadd_pairwise_i16x8_u
        f32x4.neg
        i64x2.all_true
        v128.load32x2_s offset=33125
        i32x4.extend_low_i16x8_s
        unreachable
      end
      unreachable
    end
    unreachable
  )
  (data (;0;) (i32.const 157) "\11")
  (data (;1;) "")
  (data (;2;) "\04\0e")
)
