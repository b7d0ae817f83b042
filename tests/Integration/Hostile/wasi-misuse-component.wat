;; wasi-misuse-component: a component that uses WASI against its host.
;;
;; The message's length chooses how:
;;   7000  looks whether a timer of 500 years is ready, again and again
;;   7001  waits for that timer
;;   7002  waits for a timer of 0 ns, a new one again and again
;;   7003  writes 4,096 bytes without a line's end to standard error, again and again
;;   7004  writes 2,048 empty lines to standard error, again and again
;;   1005  writes all of its memory to standard error at once, which is 131,072 bytes
;;   1006  makes timers and keeps them
;;   1007  writes from beyond its memory's end
;;   1008  waits for a handle that it was never given
;;   1009  polls no handle at all
;;   1010  drops a stream twice
;;   1011  exits, with success
;;
;; Expected: `timed-out` for 7000 to 7004, a wait as well as a loop; `trapped` for the others. Of what it writes during one message
;; no more than 64 KiB come into the host's log. A message of any other length is `handled`. On the component API 7003 and 7004 are
;; `trapped` as soon as Wasmtime's buffer is full: by WASI's text nobody may write who has not asked whether there is room, and on the
;; direct runtime there always is. No other guest has these lengths, so that random plays, which compare the runtimes, have none.

(component
  (import "wasi:cli/exit@0.2.0" (instance $exit
    (export "exit" (func (param "status" (result))))))
  (import "wasi:io/error@0.2.0" (instance $io-error
    (export "error" (type $error (sub resource)))))
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.ready" (func (param "self" (borrow $pollable)) (result bool)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))
    (export "poll" (func (param "in" (list (borrow $pollable))) (result (list u32))))))
  (alias export $io-error "error" (type $error))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "error" (type (eq $error)))
    (type $of-stream-error (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $of-stream-error)))
    (export "output-stream" (type $output-stream (sub resource)))
    (export "[method]output-stream.write" (func
      (param "self" (borrow $output-stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr
    (export "output-stream" (type (eq $output-stream)))
    (export "get-stderr" (func (result (own $output-stream))))))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (type $of-duration u64)
    (export "duration" (type $duration (eq $of-duration)))
    (export "pollable" (type (eq $pollable)))
    (export "subscribe-duration" (func (param "when" $duration) (result (own $pollable))))))

  (core module $allocator
    (memory (export "memory") 2)
    (global $next (export "next") (mut i32) (i32.const 65536))
    (func (export "cabi_realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $new-size i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (global.set $next (i32.add (local.get $block) (local.get $new-size)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "cabi_realloc" (core func $realloc))

  (core func $lowered-exit (canon lower (func $exit "exit")))
  (core func $lowered-ready (canon lower (func $poll "[method]pollable.ready")))
  (core func $lowered-block (canon lower (func $poll "[method]pollable.block")))
  (core func $lowered-poll (canon lower (func $poll "poll") (memory $memory) (realloc $realloc)))
  (core func $drop-pollable (canon resource.drop $pollable))
  (core func $lowered-write (canon lower (func $streams "[method]output-stream.write") (memory $memory)))
  (core func $drop-stream (canon resource.drop $output-stream))
  (core func $lowered-get-stderr (canon lower (func $stderr "get-stderr")))
  (core func $lowered-subscribe (canon lower (func $clock "subscribe-duration")))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "allocator" "next" (global $next (mut i32)))
    (import "wasi" "exit" (func $exit (param i32)))
    (import "wasi" "ready" (func $ready (param i32) (result i32)))
    (import "wasi" "block" (func $block (param i32)))
    (import "wasi" "poll" (func $poll (param i32 i32 i32)))
    (import "wasi" "drop-pollable" (func $drop-pollable (param i32)))
    (import "wasi" "write" (func $write (param i32 i32 i32 i32)))
    (import "wasi" "drop-stream" (func $drop-stream (param i32)))
    (import "wasi" "get-stderr" (func $get-stderr (result i32)))
    (import "wasi" "subscribe" (func $subscribe (param i64) (result i32)))

    (func $never (result i32)
      (call $subscribe (i64.const 0x7FFFFFFFFFFFFFFF)))

    (func (export "handle-message")
      (param $sender i32) (param $sender-length i32) (param $message i32) (param $message-length i32)
      (result i32)
      (local $handle i32)
      (global.set $next (i32.const 65536))
      (if (i32.eq (local.get $message-length) (i32.const 7000))
        (then
          (local.set $handle (call $never))
          (loop $again
            (br_if $again (i32.eqz (call $ready (local.get $handle)))))))
      (if (i32.eq (local.get $message-length) (i32.const 7001))
        (then (call $block (call $never))))
      (if (i32.eq (local.get $message-length) (i32.const 7002))
        (then
          (loop $again
            (local.set $handle (call $subscribe (i64.const 0)))
            (call $block (local.get $handle))
            (call $drop-pollable (local.get $handle))
            (br $again))))
      (if (i32.eq (local.get $message-length) (i32.const 7003))
        (then
          (local.set $handle (call $get-stderr))
          (memory.fill (i32.const 4096) (i32.const 0x61) (i32.const 4096))
          (loop $again
            (call $write (local.get $handle) (i32.const 4096) (i32.const 4096) (i32.const 16))
            (br $again))))
      (if (i32.eq (local.get $message-length) (i32.const 7004))
        (then
          (local.set $handle (call $get-stderr))
          (memory.fill (i32.const 4096) (i32.const 0x0A) (i32.const 2048))
          (loop $again
            (call $write (local.get $handle) (i32.const 4096) (i32.const 2048) (i32.const 16))
            (br $again))))
      (if (i32.eq (local.get $message-length) (i32.const 1005))
        (then (call $write (call $get-stderr) (i32.const 0) (i32.const 131072) (i32.const 16))))
      (if (i32.eq (local.get $message-length) (i32.const 1006))
        (then
          (loop $again
            (drop (call $never))
            (br $again))))
      (if (i32.eq (local.get $message-length) (i32.const 1007))
        (then (call $write (call $get-stderr) (i32.const 131072) (i32.const 1) (i32.const 16))))
      (if (i32.eq (local.get $message-length) (i32.const 1008))
        (then (call $block (i32.const 77))))
      (if (i32.eq (local.get $message-length) (i32.const 1009))
        (then (call $poll (i32.const 0) (i32.const 0) (i32.const 16))))
      (if (i32.eq (local.get $message-length) (i32.const 1010))
        (then
          (local.set $handle (call $get-stderr))
          (call $drop-stream (local.get $handle))
          (call $drop-stream (local.get $handle))))
      (if (i32.eq (local.get $message-length) (i32.const 1011))
        (then (call $exit (i32.const 0))))
      (i32.const 0)))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "wasi" (instance
      (export "exit" (func $lowered-exit))
      (export "ready" (func $lowered-ready))
      (export "block" (func $lowered-block))
      (export "poll" (func $lowered-poll))
      (export "drop-pollable" (func $drop-pollable))
      (export "write" (func $lowered-write))
      (export "drop-stream" (func $drop-stream))
      (export "get-stderr" (func $lowered-get-stderr))
      (export "subscribe" (func $lowered-subscribe))))))
  (alias core export $main "handle-message" (core func $handle-message))
  (func (export "handle-message")
    (param "sender" string) (param "message" (list u8)) (result (result))
    (canon lift (core func $handle-message) (memory $memory) (realloc $realloc))))
