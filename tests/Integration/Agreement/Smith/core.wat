;; What a module has to export to become a component of the world `receiver`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "cabi_post_handle-message") (param i32)))
