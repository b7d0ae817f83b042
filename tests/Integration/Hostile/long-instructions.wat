;; long-instructions: a core module that does nothing but the instructions that write much at once, which nothing interrupts.
;;
;; It takes all memory, or table, that it can get, and loops:
;;   1000  over memory.fill of all of it
;;   1001  over memory.copy of one half to the other
;;   1002  over table.fill of all of it
;;   1003  over array.fill of an array of 4 MiB
;;
;; Expected: `timed-out`, behind the instruction at which the budget was used up. A message of any other length is `handled`.

(module
  (type $bytes (array (mut i8)))
  (memory (export "memory") 2)
  (table $table 1 funcref)

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))

  ;; Doubles the memory, then adds pages of ever smaller numbers, as long as it may.
  (func $grow
    (local $pages i32)
    (local.set $pages (i32.const 32768))
    (loop $again
      (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1))
        (then (local.set $pages (i32.shr_u (local.get $pages) (i32.const 1)))))
      (br_if $again (local.get $pages))))

  (func $grow-table
    (local $elements i32)
    (local.set $elements (i32.const 65536))
    (loop $again
      (if (i32.eq (table.grow $table (ref.null func) (local.get $elements)) (i32.const -1))
        (then (local.set $elements (i32.shr_u (local.get $elements) (i32.const 1)))))
      (br_if $again (local.get $elements))))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
    (local $size i32) (local $array (ref null $bytes))
    (if (i32.eq (local.get $length) (i32.const 1000))
      (then
        (call $grow)
        (local.set $size (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 2048)))
        (loop $again
          (memory.fill (i32.const 2048) (i32.const 1) (local.get $size))
          (br $again))))
    (if (i32.eq (local.get $length) (i32.const 1001))
      (then
        (call $grow)
        (local.set $size (i32.shl (memory.size) (i32.const 15)))
        (loop $again
          (memory.copy (local.get $size) (i32.const 0) (local.get $size))
          (br $again))))
    (if (i32.eq (local.get $length) (i32.const 1002))
      (then
        (call $grow-table)
        (loop $again
          (table.fill $table (i32.const 0) (ref.null func) (table.size $table))
          (br $again))))
    (if (i32.eq (local.get $length) (i32.const 1003))
      (then
        (local.set $array (array.new $bytes (i32.const 1) (i32.const 4194304)))
        (loop $again
          (array.fill $bytes (local.get $array) (i32.const 0) (i32.const 2) (i32.const 4194304))
          (br $again))))
    (i32.const 0)))
