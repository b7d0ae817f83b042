;; A component within two others, which hand on what they import under other names, in instances that they put together.
(component
  (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host (export "self-id" (func (result string)))))
  (import "wasi:io/streams@0.2.6" (instance $streams (export "input-stream" (type (sub resource)))))
  (alias export $streams "input-stream" (type $stream))
  (component $loader
    (core module $m (func (export "load") (param i32) unreachable))
    (core instance $i (instantiate $m))
    (func (export "load") (param "n" u32) (canon lift (core func $i "load"))))
  (component $inner
    (import "messages" (instance $host (export "self-id" (func (result string)))))
    (import "stream" (type $stream (sub resource)))
    (import "load" (func $load (param "n" u32)))
    (core module $m
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 16)
      (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (core func $self-id (canon lower (func $host "self-id")
      (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
    (core func $drop (canon resource.drop $stream))
    (core func $lowered (canon lower (func $load)))
    (core module $n
      (import "x" "self-id" (func (param i32)))
      (import "x" "drop" (func (param i32)))
      (import "x" "load" (func (param i32))))
    (core instance (instantiate $n (with "x" (instance
      (export "self-id" (func $self-id)) (export "drop" (func $drop)) (export "load" (func $lowered))))))
    (func $h (param "sender" string) (param "message" (list u8)) (result (result))
      (canon lift (core func $i "handle-message")
        (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
    (export "handles" (func $h)))
  (component $middle
    (import "all" (instance $all
      (export "messages" (instance (export "self-id" (func (result string)))))
      (export "load" (func (param "n" u32)))))
    (import "stream" (type $stream (sub resource)))
    (alias export $all "messages" (instance $messages))
    (alias outer 1 $inner (component $c))
    (instance $i (instantiate $c
      (with "messages" (instance $messages)) (with "stream" (type $stream)) (with "load" (func $all "load"))))
    (instance $bag (export "deep" (instance $i)))
    (export "out" (instance $bag)))
  (instance $loads (instantiate $loader))
  (instance $given (export "messages" (instance $host)) (export "load" (func $loads "load")))
  (instance $made (instantiate $middle (with "all" (instance $given)) (with "stream" (type $stream))))
  (alias export $made "out" (instance $out))
  (alias export $out "deep" (instance $deep))
  (export "handle-message" (func $deep "handles")))
