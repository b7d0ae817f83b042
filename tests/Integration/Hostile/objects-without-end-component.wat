;; objects-without-end-component: a component that makes objects, which lie in no memory of its own, and keeps them all.
;;
;; The message's length, less 1,000, is how many of 1 MiB it makes: 1000 to 1999. They live until the next message.
;;
;; Expected: `handled` as long as all of them, and the room that the collector needs, are within the memory limit; else `trapped`.
;; A message of any other length is `handled`.

(component
  (core module $main
    (memory (export "memory") 2)
    (type $bytes (array (mut i8)))
    (type $list (struct (field (ref null $list)) (field (ref $bytes))))
    (global $list (mut (ref null $list)) (ref.null $list))

    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (i32.const 1024))

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (local $left i32)
      (global.set $list (ref.null $list))
      (local.set $left (i32.sub (local.get $message-length) (i32.const 1000)))
      (if (i32.lt_u (local.get $left) (i32.const 1000))
        (then
          (loop $again
            (if (local.get $left)
              (then
                (global.set $list
                  (struct.new $list (global.get $list) (array.new $bytes (i32.const 1) (i32.const 1048576))))
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (br $again))))))
      (i32.const 0)))
  (core instance $main (instantiate $main))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $main "handle-message")
      (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")))))
