;; What a module has to export to stand in component.wat.
(module
  (memory (export "memory") 1)
  (func (export "handle") (param i32 i32 i32 i32) (result i64) unreachable)
  (func (export "post") (param i32)))
