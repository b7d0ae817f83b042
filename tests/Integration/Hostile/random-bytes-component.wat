;; random-bytes-component: a component that asks for random bytes and nothing else.
;;
;; The message's length chooses how many at once:
;;   1000  1 MiB, without end
;;   1001  32 MiB, without end
;;
;; Expected: `timed-out` for 1000, and for 1001 unless the runtime gives fewer at once, which is `trapped`. A message of any other
;; length is `handled`.

(component
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core module $memory
    (memory (export "memory") 514)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536)))
  (core instance $memory (instantiate $memory))
  (core func $bytes
    (canon lower (func $random "get-random-bytes")
      (memory (core memory $memory "memory")) (realloc (core func $memory "cabi_realloc"))))
  (core module $main
    (import "random" "bytes" (func $bytes (param i64 i32)))
    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
      (if (i32.eq (local.get $length) (i32.const 1000))
        (then (loop $again (call $bytes (i64.const 0x100000) (i32.const 1024)) (br $again))))
      (if (i32.eq (local.get $length) (i32.const 1001))
        (then (loop $again (call $bytes (i64.const 0x2000000) (i32.const 1024)) (br $again))))
      (i32.const 0)))
  (core instance $main (instantiate $main (with "random" (instance (export "bytes" (func $bytes))))))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $main "handle-message")
      (memory (core memory $memory "memory")) (realloc (core func $memory "cabi_realloc")))))
