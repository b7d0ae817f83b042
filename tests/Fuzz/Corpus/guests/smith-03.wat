(module
  (type (;0;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;1;) (func (result v128 i64 f64)))
  (type (;2;) (func (param i32 i32 i32 i32) (result i32)))
  (type (;3;) (func (param i32 i32 i32 i32) (result i32)))
  (import "host-messaging" "send" (func (;0;) (type 0) (param i32 i32 i32 i32) (result i32)))
  (memory (;0;) 2)
  (global (;0;) (mut v128) v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
  (global (;1;) (mut i64) i64.const 0)
  (global (;2;) (mut i32) i32.const 0)
  (global (;3;) (mut i32) i32.const 0)
  (global (;4;) (mut i64) i64.const 0)
  (global (;5;) (mut i32) i32.const 100000)
  (export "memory" (memory 0))
  (export "cabi_realloc" (func 3))
  (export "handle-message" (func 4))
  (func (;1;) (type 0) (param i32 i32 i32 i32) (result i32)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    i64.const -2612839416359386960
    f64.convert_i64_s
    i64.const -5634074381432062842
    local.get 3
    i64.load offset=74125 align=4
    i64.le_u
    local.get 1
    call 2
    local.get 1
    i64.load16_s offset=16504 align=1
    i64.extend16_s
    f32.convert_i64_s
    i32.trunc_sat_f32_u
    if (result i64) ;; label = @1
      loop (type 1) (result v128 i64 f64) ;; label = @2
        global.get 5
        i32.eqz
        if ;; label = @3
          unreachable
        end
        global.get 5
        i32.const 1
        i32.sub
        global.set 5
        f64.const 0x1.fffffffffp-1038 (;=0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000679038653104;)
        f64.const -nan:0xffffffffc0000 (;=NaN;)
        local.get 2
        loop (result f32) ;; label = @3
          global.get 5
          i32.eqz
          if ;; label = @4
            unreachable
          end
          global.get 5
          i32.const 1
          i32.sub
          global.set 5
          v128.const i32x4 0xeb860726 0xf93bca44 0xb98d4787 0x405278e4
          i64x2.extend_low_i32x4_s
          i8x16.extract_lane_u 9
          i32.load offset=2015 align=1
          i32.eqz
          i64.load16_u offset=94689 align=1
          block ;; label = @4
            i64.const 4194304
            call 2
            i64.reinterpret_f64
            i64.ctz
            i64.and
            i64x2.replace_lane 1
            i32x4.trunc_sat_f64x2_u_zero
            i32x4.relaxed_trunc_f64x2_s_zero
            global.get 0
            v128.xor
            global.set 0
            global.get 1
            i64.xor
            global.set 1
          end
          global.get 1
          i64.xor
          global.set 1
          f32.const 0x1.742522p+109 (;=943499800000000000000000000000000;)
        end
        i32.reinterpret_f32
        global.get 2
        i32.xor
        global.set 2
        global.get 3
        i32.xor
        global.set 3
        i64.reinterpret_f64
        global.get 4
        i64.xor
        global.set 4
        i64.reinterpret_f64
        global.get 4
        i64.xor
        global.set 4
        v128.const i32x4 0x5675f6ad 0x3451d013 0x7b8f2ab5 0x9fc2d0a1
        i64.const -3610063243172890297
        f64.const -nan:0xfffff80000000 (;=NaN;)
      end
      i64.reinterpret_f64
      global.get 4
      i64.xor
      global.set 4
      global.get 1
      i64.xor
      global.set 1
      global.get 0
      v128.xor
      global.set 0
      i64.const 5135082959903719549
    else
      i64.const 8388607
    end
    global.get 1
    i64.xor
    global.set 1
    i64.reinterpret_f64
    global.get 4
    i64.xor
    global.set 4
    global.get 1
    i64.xor
    global.set 1
    global.get 0
    v128.xor
    global.set 0
    global.get 3
    i32.xor
    global.set 3
    global.get 3
    i32.xor
    global.set 3
    i64.reinterpret_f64
    global.get 4
    i64.xor
    global.set 4
    i32.const -16843010
  )
  (func (;2;) (type 1) (result v128 i64 f64)
    global.get 5
    i32.eqz
    if ;; label = @1
      unreachable
    end
    global.get 5
    i32.const 1
    i32.sub
    global.set 5
    return_call 2
    memory.size
    v128.load8x8_u offset=7319 align=2
    i64x2.abs
    unreachable
  )
  (func (;3;) (type 2) (param i32 i32 i32 i32) (result i32)
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
  (func (;4;) (type 3) (param i32 i32 i32 i32) (result i32)
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
)
