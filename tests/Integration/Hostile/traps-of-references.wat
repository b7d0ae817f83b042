;; traps-of-references: a core module that traps in the ways that typed references, objects and exceptions bring.
;;
;; The message's length chooses how:
;;   1000  the null reference is taken for one that is not
;;   1001  a call of the null reference
;;   1002  an exception that nobody catches
;;   1003  a field of the null object
;;   1004  an array's element beyond its end
;;   1005  a cast to another type
;;   1006  an array that is larger than all memory
;;
;; Expected: `trapped`; a message of any other length is `handled`.

(module
  (memory (export "memory") 2)
  (type $nullary (func))
  (type $pair (struct (field i32)))
  (type $other (struct (field i64)))
  (type $array (array (mut i32)))
  (tag $exception)

  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
    (i32.const 1024))

  (func (export "handle-message")
    (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
    (result i32)
    (if (i32.eq (local.get $message-length) (i32.const 1000))
      (then (drop (ref.as_non_null (ref.null func)))))
    (if (i32.eq (local.get $message-length) (i32.const 1001))
      (then (call_ref $nullary (ref.null $nullary))))
    (if (i32.eq (local.get $message-length) (i32.const 1002))
      (then (throw $exception)))
    (if (i32.eq (local.get $message-length) (i32.const 1003))
      (then (drop (struct.get $pair 0 (ref.null $pair)))))
    (if (i32.eq (local.get $message-length) (i32.const 1004))
      (then (drop (array.get $array (array.new $array (i32.const 0) (i32.const 3)) (i32.const 3)))))
    (if (i32.eq (local.get $message-length) (i32.const 1005))
      (then (drop (ref.cast (ref $other) (struct.new $pair (i32.const 1))))))
    (if (i32.eq (local.get $message-length) (i32.const 1006))
      (then (drop (array.new $array (i32.const 0) (i32.const -1)))))
    (i32.const 0)))
