;; random-bytes-component: a component that asks for random bytes and nothing else.
;;
;; The message's length chooses how many at once:
;;   1000  65,536, without end
;;   1001  65,537
;;
;; Expected: `timed-out` for 1000, `trapped` for 1001, which is more than one call may ask for. A message of any other length is
;; `handled`.

(component
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core module $memory
    (memory (export "memory") 2)
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
        (then (loop $again (call $bytes (i64.const 65536) (i32.const 1024)) (br $again))))
      (if (i32.eq (local.get $length) (i32.const 1001))
        (then (call $bytes (i64.const 65537) (i32.const 1024))))
      (i32.const 0)))
  (core instance $main (instantiate $main (with "random" (instance (export "bytes" (func $bytes))))))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $main "handle-message")
      (memory (core memory $memory "memory")) (realloc (core func $memory "cabi_realloc")))))
