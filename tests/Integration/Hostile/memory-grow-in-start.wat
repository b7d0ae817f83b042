;; memory-grow-in-start: a core module whose start function takes all the memory and all the table elements it can get, and writes to
;; every page.
;;
;; Expected: it loads, and every message is `rejected` with the memory's pages as its number: the memory limit in pages of 64 KiB (1024
;; with the default of 64 MiB).

(module
  (memory (export "memory") 2)
  (table $table 0 funcref)

  (func $start
    (loop $again
      (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1))
        (then
          (i32.store (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4)) (i32.const 1))
          (br $again))))
    (loop $again
      (br_if $again (i32.ne (table.grow $table (ref.null func) (i32.const 1000)) (i32.const -1)))))
  (start $start)

  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (i32.const 1024))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (memory.size)))
