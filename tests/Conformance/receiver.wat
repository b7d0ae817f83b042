;; A component that handles every message. A suite's files are put behind it: there they are validated with it, and are otherwise
;; left alone.
(component
  (core module $guest
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "handle") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
  (core instance $instance (instantiate $guest))
  (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $instance "handle")
      (memory (core memory $instance "memory"))
      (realloc (core func $instance "cabi_realloc")))))
