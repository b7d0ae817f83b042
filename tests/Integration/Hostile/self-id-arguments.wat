;; self-id-arguments: a core module that asks for its own id with buffers that do not lie in its memory.
;;
;; The message's length chooses the buffer, which
;;   1000  begins at the memory's end
;;   1001  is too long by one byte for what is left of the memory
;;   1002  begins at 0xFFFFFFFF and goes on at address 0
;;   1003  is 0xFFFFFFFF bytes long
;;   1004  is empty and lies one byte beyond the memory's end
;; or which is in bounds and
;;   2000  is empty and lies at the memory's end
;;   2001  has one byte only, so the id is written only if it has one character
;;   2002  has room for every id
;;
;; Expected: `trapped` for 1000 to 1004. For 2000 to 2002 the message is `rejected` with the id's length in
;; bytes as its number, plus 1000 if a byte of the buffer was written. A message of any other length is
;; `handled`.

(module
  (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))

  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 1024))

  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $next))
    (global.set $next (i32.add (local.get $block) (local.get $new-size)))
    (local.get $block))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (global.set $next (i32.const 1024))
    (i32.store8 (i32.const 16) (i32.const 0))
    (if (i32.eq (local.get $message-length) (i32.const 1000))
      (then
        (return
          (call $self-id (i32.shl (memory.size) (i32.const 16)) (i32.const 128)))))
    (if (i32.eq (local.get $message-length) (i32.const 1001))
      (then
        (return
          (call $self-id (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 127)) (i32.const 128)))))
    (if (i32.eq (local.get $message-length) (i32.const 1002))
      (then
        (return
          (call $self-id (i32.const 0xFFFFFFFF) (i32.const 128)))))
    (if (i32.eq (local.get $message-length) (i32.const 1003))
      (then
        (return
          (call $self-id (i32.const 16) (i32.const 0xFFFFFFFF)))))
    (if (i32.eq (local.get $message-length) (i32.const 1004))
      (then
        (return
          (call $self-id (i32.add (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 0)))))
    (if (i32.eq (local.get $message-length) (i32.const 2000))
      (then
        (return
          (call $self-id (i32.shl (memory.size) (i32.const 16)) (i32.const 0)))))
    (if (i32.eq (local.get $message-length) (i32.const 2001))
      (then
        (return
          (i32.add
            (call $self-id (i32.const 16) (i32.const 1))
            (select (i32.const 1000) (i32.const 0) (i32.load8_u (i32.const 16)))))))
    (if (i32.eq (local.get $message-length) (i32.const 2002))
      (then
        (return
          (i32.add
            (call $self-id (i32.const 16) (i32.const 128))
            (select (i32.const 1000) (i32.const 0) (i32.load8_u (i32.const 16)))))))
    (i32.const 0)))
