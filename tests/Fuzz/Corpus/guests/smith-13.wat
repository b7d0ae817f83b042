(module
  (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;2;) (func (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "send" (func (;0;) (type 0) (param i32 i32 i32 i32) (result i32)))
  (table (;0;) 310 936 externref)
  (memory (;0;) 2)
  (global (;0;) (mut i64) i64.const 0)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut v128) v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
  (global (;3;) (mut i64) i64.const 0)
  (global (;4;) (mut i32) i32.const 0)
  (global (;5;) (mut i32) i32.const 100000)
  (export "memory" (memory 0))
  (export "cabi_realloc" (func 1))
  (export "handle-message" (func 2))
  (func (;1;) (type 1) (param i32 i32 i32 i32) (result i32)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    v128.const i32x4 0x5284b5dc 0x4d80514d 0xfa15352f 0xc401a16b
    f32x4.floor
    i64x2.extend_low_i32x4_u
    i64x2.neg
    f64x2.trunc
    i32x4.extadd_pairwise_i16x8_s
    f64x2.floor
    f64x2.abs
    i32x4.extend_high_i16x8_u
    i64x2.neg
    f32x4.convert_i32x4_s
    i16x8.extend_low_i8x16_s
    i64x2.extend_low_i32x4_s
    data.drop 1
    i32x4.extend_low_i16x8_u
    i16x8.all_true
    i64.load16_s offset=4125716943 align=1
    i64x2.splat
    i32x4.trunc_sat_f32x4_s
    i16x8.extadd_pairwise_i8x16_u
    i32x4.trunc_sat_f64x2_u_zero
    i32x4.extadd_pairwise_i16x8_s
    f64x2.convert_low_i32x4_s
    i32x4.relaxed_trunc_f32x4_u
    i32x4.trunc_sat_f32x4_u
    local.get 1
    i32.extend8_s
    i32.extend8_s
    i8x16.shr_s
    i16x8.extend_high_i8x16_s
    f64x2.convert_low_i32x4_s
    f32x4.neg
    f32x4.neg
    i32x4.relaxed_trunc_f32x4_s
    i32x4.extadd_pairwise_i16x8_s
    f64x2.promote_low_f32x4
    i8x16.all_true
    i64.extend_i32_s
    i64.const -6557710131948515792
    f32.convert_i64_s
    i32.trunc_f32_u
    i32.load16_s offset=124182
    f32.load offset=40960 align=2
    block (result i64) ;; label = @1
      table.size 0
      block ;; label = @2
        block (result v128) ;; label = @3
          f64.const -nan:0xfffffffffc000 (;=NaN;)
          f64.const 0x1.7629cb0fc94fap+496 (;=299019161093032700000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000;)
          data.drop 1
          i32.trunc_sat_f64_s
          v128.const i32x4 0x9ac5ee37 0x10a0b3de 0x0414281f 0xeabc3a21
          v128.load16_lane offset=106326 align=1 2
          i8x16.neg
          i32x4.extend_high_i16x8_s
          ref.null func
          block (result v128) ;; label = @4
            table.size 0
            v128.load8x8_u offset=11920 align=1
            i8x16.bitmask
            br 4
            ref.null extern
            i64.const 4611686018427387904
            i64.extend32_s
            v128.const i32x4 0xb9f2b1e1 0x957edb01 0x0bd82511 0xab93bacf
            f32x4.convert_i32x4_s
            i32x4.relaxed_trunc_f32x4_u
            i16x8.extend_low_i8x16_u
            local.get 3
            f64.load offset=83306
            local.get 1
            br 4
            i32.trunc_f64_s
            i64.load32_s offset=29940
            data.drop 2
            table.size 0
            i32.extend16_s
            br 2 (;@2;)
            v128.load offset=67695
            i64.const 2452912601228711439
            f32.const -0x1.2e8b4cp+16 (;=-77451.3;)
            i64.const 268435455
            f64.convert_i64_s
            f64x2.splat
            i32x4.extract_lane 3
            v128.load32x2_u offset=108687
            i16x8.extadd_pairwise_i8x16_s
            f64x2.ceil
            i32x4.trunc_sat_f64x2_s_zero
            memory.size
            i64x2.shr_u
            i16x8.neg
            i16x8.extadd_pairwise_i8x16_s
            i32x4.extract_lane 0
            i64.load32_s offset=128760 align=1
            i32.const -268435457
            i16x8.splat
            f64x2.extract_lane 1
            f64.sqrt
            i64.trunc_f64_u
            global.get 0
            i64.xor
            global.set 0
            global.get 0
            i64.xor
            global.set 0
            i32.reinterpret_f32
            global.get 1
            i32.xor
            global.set 1
            global.get 0
            i64.xor
            global.set 0
            global.get 2
            v128.xor
            global.set 2
            global.get 0
            i64.xor
            global.set 0
            global.get 2
            v128.xor
            global.set 2
            global.get 0
            i64.xor
            global.set 0
            drop
            v128.const i32x4 0x25189807 0xf7630f70 0xcc1fd5c7 0x1de067d0
          end
          global.get 2
          v128.xor
          global.set 2
          drop
          global.get 2
          v128.xor
          global.set 2
          i64.reinterpret_f64
          global.get 3
          i64.xor
          global.set 3
          v128.const i32x4 0x176da0f4 0xfd96b2a5 0x3475fe29 0x45f31aa1
        end
        global.get 2
        v128.xor
        global.set 2
      end
      global.get 4
      i32.xor
      global.set 4
      i64.const 2295255535547480602
    end
    global.get 0
    i64.xor
    global.set 0
    i32.reinterpret_f32
    global.get 1
    i32.xor
    global.set 1
    global.get 0
    i64.xor
    global.set 0
    i32.const -134217728
  )
  (func (;2;) (type 2) (param i32 i32 i32 i32) (result i32)
    (local f64 externref)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    block ;; label = @1
      f32.const 0x1.ffffep-130 (;=0.000000000000000000000000000000000000001469367;)
      i64.const 1099511627775
      f64.const -nan:0xffffbffffffff (;=NaN;)
      ref.null extern
      nop
      data.drop 1
      loop (result f64) ;; label = @2
        global.get 5
        i32.eqz
        if ;; label = @3
          unreachable
        end
        global.get 5
        i32.const 1
        i32.sub
        global.set 5
        local.get 3
        i32.eqz
        f32.convert_i32_u
        f32.trunc
        i64.trunc_f32_s
        local.get 1
        i32.load8_u offset=103145
        i8x16.splat
        block ;; label = @3
        end
        unreachable
      end
      unreachable
    end
    unreachable
  )
  (data (;0;) "")
  (data (;1;) "\ab\e5\f6")
  (data (;2;) "")
)
