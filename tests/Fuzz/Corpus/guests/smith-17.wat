(module
  (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;1;) (func (param i32 funcref)))
  (type (;2;) (func))
  (type (;3;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;4;) (func (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "send" (func (;0;) (type 0) (param i32 i32 i32 i32) (result i32)))
  (memory (;0;) 0)
  (memory (;1;) 2)
  (global (;0;) (mut externref) ref.null extern)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut i64) i64.const 0)
  (global (;3;) (mut i64) i64.const 0)
  (global (;4;) (mut i32) i32.const 0)
  (global (;5;) (mut i32) i32.const 100000)
  (export "memory" (memory 1))
  (export "cabi_realloc" (func 2))
  (export "handle-message" (func 3))
  (elem (;0;) funcref)
  (func (;1;) (type 1) (param i32 funcref)
    (local f32 f64 i64 f32)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    data.drop 0
    i64.const -8306690073020685965
    i64.const 35184372088831
    f64.convert_i64_s
    br 0
    memory.size 1
    data.drop 0
    i8x16.splat
    f64x2.sqrt
    i16x8.abs
    br 0
    i32x4.all_true
    i64.load8_s
    return
    local.get 0
    i32.load16_u 1 offset=49749 align=1
    f64.const -nan:0xffffffffffffd (;=NaN;)
    i32.const 2
    i64.load16_u align=1
    elem.drop 0
    memory.size 1
    f64.convert_i32_u
    f64.ceil
    ref.null func
    local.get 2
    f32.neg
    local.tee 2
    global.get 0
    f32.const -0x1.b41018p-108 (;=-0.000000000000000000000000000000005248916;)
    f32.floor
    i32.reinterpret_f32
    global.get 1
    i32.xor
    global.set 1
    drop
    i32.reinterpret_f32
    global.get 1
    i32.xor
    global.set 1
    drop
    i64.reinterpret_f64
    global.get 2
    i64.xor
    global.set 2
    global.get 3
    i64.xor
    global.set 3
    i64.reinterpret_f64
    global.get 2
    i64.xor
    global.set 2
    global.get 4
    i32.xor
    global.set 4
    global.get 3
    i64.xor
    global.set 3
    i64.reinterpret_f64
    global.get 2
    i64.xor
    global.set 2
    global.get 3
    i64.xor
    global.set 3
  )
  (func (;2;) (type 3) (param i32 i32 i32 i32) (result i32)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    v128.const i32x4 0xbac65a45 0x2c164afc 0xe5715a5b 0xe7df6403
    i64.const -1152921504606846976
    i64x2.splat
    i8x16.narrow_i16x8_s
    i32x4.trunc_sat_f64x2_u_zero
    i16x8.abs
    i8x16.neg
    i16x8.all_true
    i64.load32_s align=1
    loop ;; label = @1
      global.get 5
      i32.eqz
      if ;; label = @2
        unreachable
      end
      global.get 5
      i32.const 1
      i32.sub
      global.set 5
      br 0 (;@1;)
      ref.null extern
      ref.is_null
      block (type 2) ;; label = @2
        br 0 (;@2;)
        loop (type 2) ;; label = @3
          global.get 5
          i32.eqz
          if ;; label = @4
            unreachable
          end
          global.get 5
          i32.const 1
          i32.sub
          global.set 5
          i32.const 32
          v128.load16_splat 1 offset=52634 align=1
          i32x4.abs
          f32x4.nearest
          i32x4.trunc_sat_f64x2_u_zero
          f64x2.convert_low_i32x4_s
          i64x2.bitmask
          i32.load8_s
          block (type 2) ;; label = @4
            i64.const -562949953421312
            global.get 0
            ref.is_null
            memory.grow 1
            i32.ctz
            v128.load16_splat
            f64x2.nearest
            f64x2.convert_low_i32x4_s
            f32x4.abs
            memory.size
            v128.load 1 offset=57897 align=8
            i64x2.extmul_high_i32x4_s
            i16x8.all_true
            v128.load16x4_s align=2
            i8x16.neg
            i32x4.relaxed_trunc_f32x4_s
            f64x2.sqrt
            f64x2.neg
            v128.const i32x4 0x0be55929 0xdb7f5180 0x414cc0ee 0x28eb998e
            f64x2.relaxed_min
            v128.const i32x4 0x3f4ffaaa 0x5b89db1c 0x5e9eb7ce 0x85ff9265
            i64x2.extmul_low_i32x4_s
            nop
            i32x4.extend_high_i16x8_u
            i64x2.extend_high_i32x4_u
            i64x2.abs
            f64x2.nearest
            block ;; label = @5
              f32.const 0x1.dcedbp-119 (;=0.0000000000000000000000000000000000028031336;)
              i32.reinterpret_f32
              i32.const -1181204582
              i32.store16
              local.get 3
              i64.extend_i32_u
              i64.ctz
              block ;; label = @6
                elem.drop 0
                block (result f64) ;; label = @7
                  memory.size 1
                  i32.load8_s
                  f32.const -0x1.6694dp+52 (;=-6308229000000000;)
                  i32.trunc_f32_s
                  i32.le_u
                  memory.grow
                  i32.extend8_s
                  elem.drop 0
                  i64.const -34359738368
                  global.get 0
                  elem.drop 0
                  i32.const 134217727
                  i64.load
                  local.get 1
                  i32.load8_s 1 offset=126573
                  block ;; label = @8
                    i32.const 4194303
                    br 8
                    elem.drop 0
                    elem.drop 0
                    local.get 2
                    f32.convert_i32_u
                    i32.trunc_sat_f32_u
                    i32.load16_s 1 offset=112497 align=1
                    local.get 0
                    i32.load16_s 1 offset=84586 align=1
                    i32.ne
                    i32.load8_s 1 offset=18320
                    i16x8.splat
                    f32x4.ceil
                    f64x2.promote_low_f32x4
                    i64x2.abs
                    local.get 1
                    f64.const -0x1.ac1c81c4a7f3p-385 (;=-0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000021221127327185532;)
                    f64.const -0x1.c724a4b7fe9b1p-246 (;=-0.000000000000000000000000000000000000000000000000000000000000000000000000015722771439956289;)
                    unreachable
                  end
                  unreachable
                end
                unreachable
              end
              unreachable
            end
            unreachable
          end
          unreachable
        end
      end
      unreachable
    end
    unreachable
  )
  (func (;3;) (type 4) (param i32 i32 i32 i32) (result i32)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    unreachable
  )
  (data (;0;) "")
)
