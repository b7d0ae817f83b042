;; The streams of a component that is granted folders: wasi:io/streams with an input-stream and an output-stream of the guard's own,
;; each of which stands for one of Wasmtime's. So it is seen when the guest drops one that holds a file of the host open (see
;; folder-guard.wat). The representation is Wasmtime's handle, and all methods go on as they came.
  (import "fire-and-forget:host/open-files" (instance $open-files
    (export "take" (func (result bool)))
    (export "give-back" (func))))
  (core func $lowered-give-back (canon lower (func $open-files "give-back")))
  (core func $drop-input-stream (canon resource.drop $input-stream))
  (core func $drop-output-stream (canon resource.drop $output-stream))

  ;; What runs when the guest drops a stream.
  (core module $destructors
    (import "allocator" "memory" (memory 4))
    (import "host" "give-back" (func $give-back))
    (import "host" "drop-input-stream" (func $drop-input-stream (param i32)))
    (import "host" "drop-output-stream" (func $drop-output-stream (param i32)))
    (func $uncount (param $handle i32)
      (if (i32.load8_u offset=1024 (local.get $handle)) (then (call $give-back))))
    (func (export "input-stream") (param i32) (call $drop-input-stream (local.get 0)) (call $uncount (local.get 0)))
    (func (export "output-stream") (param i32) (call $drop-output-stream (local.get 0)) (call $uncount (local.get 0))))
  (core instance $destructors (instantiate $destructors
    (with "allocator" (instance $allocator))
    (with "host" (instance
      (export "give-back" (func $lowered-give-back))
      (export "drop-input-stream" (func $drop-input-stream))
      (export "drop-output-stream" (func $drop-output-stream))))))

  (type $input-stream-of-guard (resource (rep i32) (dtor (core func $destructors "input-stream"))))
  (type $output-stream-of-guard (resource (rep i32) (dtor (core func $destructors "output-stream"))))
  (core func $new-input-stream (canon resource.new $input-stream-of-guard))
  (core func $new-output-stream (canon resource.new $output-stream-of-guard))
  (alias export $io-streams "stream-error" (type $io-stream-error))
  (export "error" (type $error))
  (export "stream-error" (type $io-stream-error))
  (export "pollable" (type $pollable))
  (export $own-input-stream "input-stream" (type $input-stream-of-guard))
  (export $own-output-stream "output-stream" (type $output-stream-of-guard))

  (core func $lowered-input-stream.read (canon lower (func $io-streams "[method]input-stream.read") (memory $memory) (realloc
    $realloc)))
  (core func $lowered-input-stream.blocking-read (canon lower (func $io-streams "[method]input-stream.blocking-read") (memory
    $memory) (realloc $realloc)))
  (core func $lowered-input-stream.skip (canon lower (func $io-streams "[method]input-stream.skip") (memory $memory)))
  (core func $lowered-input-stream.blocking-skip (canon lower (func $io-streams "[method]input-stream.blocking-skip") (memory
    $memory)))
  (core func $lowered-input-stream.subscribe (canon lower (func $io-streams "[method]input-stream.subscribe")))
  (core func $lowered-output-stream.check-write (canon lower (func $io-streams "[method]output-stream.check-write") (memory
    $memory)))
  (core func $lowered-output-stream.write (canon lower (func $io-streams "[method]output-stream.write") (memory $memory) (realloc
    $realloc)))
  (core func $lowered-output-stream.blocking-write-and-flush (canon lower (func $io-streams
    "[method]output-stream.blocking-write-and-flush") (memory $memory) (realloc $realloc)))
  (core func $lowered-output-stream.flush (canon lower (func $io-streams "[method]output-stream.flush") (memory $memory)))
  (core func $lowered-output-stream.blocking-flush (canon lower (func $io-streams "[method]output-stream.blocking-flush") (memory
    $memory)))
  (core func $lowered-output-stream.subscribe (canon lower (func $io-streams "[method]output-stream.subscribe")))
  (core func $lowered-output-stream.write-zeroes (canon lower (func $io-streams "[method]output-stream.write-zeroes") (memory
    $memory)))
  (core func $lowered-output-stream.blocking-write-zeroes-and-flush (canon lower (func $io-streams
    "[method]output-stream.blocking-write-zeroes-and-flush") (memory $memory)))
  (core func $lowered-output-stream.splice (canon lower (func $io-streams "[method]output-stream.splice") (memory $memory)))
  (core func $lowered-output-stream.blocking-splice (canon lower (func $io-streams "[method]output-stream.blocking-splice") (memory
    $memory)))

  (core module $main
    (import "allocator" "memory" (memory 4))
    (import "allocator" "take-back" (func $take-back))
    (import "host" "new-input-stream" (func $new-input-stream (param i32) (result i32)))
    (import "host" "new-output-stream" (func $new-output-stream (param i32) (result i32)))
    (import "host" "input-stream.read" (func $input-stream.read (param i32 i64 i32)))
    (import "host" "input-stream.blocking-read" (func $input-stream.blocking-read (param i32 i64 i32)))
    (import "host" "input-stream.skip" (func $input-stream.skip (param i32 i64 i32)))
    (import "host" "input-stream.blocking-skip" (func $input-stream.blocking-skip (param i32 i64 i32)))
    (import "host" "output-stream.check-write" (func $output-stream.check-write (param i32 i32)))
    (import "host" "output-stream.write" (func $output-stream.write (param i32 i32 i32 i32)))
    (import "host" "output-stream.blocking-write-and-flush" (func $output-stream.blocking-write-and-flush (param i32 i32 i32 i32)))
    (import "host" "output-stream.flush" (func $output-stream.flush (param i32 i32)))
    (import "host" "output-stream.blocking-flush" (func $output-stream.blocking-flush (param i32 i32)))
    (import "host" "output-stream.write-zeroes" (func $output-stream.write-zeroes (param i32 i64 i32)))
    (import "host" "output-stream.blocking-write-zeroes-and-flush" (func $output-stream.blocking-write-zeroes-and-flush (param i32
      i64 i32)))
    (import "host" "output-stream.splice" (func $output-stream.splice (param i32 i32 i64 i32)))
    (import "host" "output-stream.blocking-splice" (func $output-stream.blocking-splice (param i32 i32 i64 i32)))

    (func (export "taken-back") (param i32) (call $take-back))

    ;; A stream of the guard for one of Wasmtime's, and whether it was counted.
    (func (export "wrap-input-stream") (param $handle i32) (param $counted i32) (result i32)
      (call $note (local.get $handle) (local.get $counted))
      (call $new-input-stream (local.get $handle)))
    (func (export "wrap-output-stream") (param $handle i32) (param $counted i32) (result i32)
      (call $note (local.get $handle) (local.get $counted))
      (call $new-output-stream (local.get $handle)))
    (func $note (param $handle i32) (param $counted i32)
      (if (i32.ge_u (local.get $handle) (i32.const 65536)) (then (unreachable)))
      (i32.store8 offset=1024 (local.get $handle) (local.get $counted)))

    (func (export "input-stream.read") (param i32 i64) (result i32)
      (call $input-stream.read (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "input-stream.blocking-read") (param i32 i64) (result i32)
      (call $input-stream.blocking-read (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "input-stream.skip") (param i32 i64) (result i32)
      (call $input-stream.skip (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "input-stream.blocking-skip") (param i32 i64) (result i32)
      (call $input-stream.blocking-skip (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.check-write") (param i32) (result i32)
      (call $output-stream.check-write (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.write") (param i32 i32 i32) (result i32)
      (call $output-stream.write (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.blocking-write-and-flush") (param i32 i32 i32) (result i32)
      (call $output-stream.blocking-write-and-flush (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.flush") (param i32) (result i32)
      (call $output-stream.flush (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.blocking-flush") (param i32) (result i32)
      (call $output-stream.blocking-flush (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.write-zeroes") (param i32 i64) (result i32)
      (call $output-stream.write-zeroes (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.blocking-write-zeroes-and-flush") (param i32 i64) (result i32)
      (call $output-stream.blocking-write-zeroes-and-flush (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.splice") (param i32 i32 i64) (result i32)
      (call $output-stream.splice (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "output-stream.blocking-splice") (param i32 i32 i64) (result i32)
      (call $output-stream.blocking-splice (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
  )
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host" (instance
      (export "new-input-stream" (func $new-input-stream))
      (export "new-output-stream" (func $new-output-stream))
      (export "input-stream.read" (func $lowered-input-stream.read))
      (export "input-stream.blocking-read" (func $lowered-input-stream.blocking-read))
      (export "input-stream.skip" (func $lowered-input-stream.skip))
      (export "input-stream.blocking-skip" (func $lowered-input-stream.blocking-skip))
      (export "output-stream.check-write" (func $lowered-output-stream.check-write))
      (export "output-stream.write" (func $lowered-output-stream.write))
      (export "output-stream.blocking-write-and-flush" (func $lowered-output-stream.blocking-write-and-flush))
      (export "output-stream.flush" (func $lowered-output-stream.flush))
      (export "output-stream.blocking-flush" (func $lowered-output-stream.blocking-flush))
      (export "output-stream.write-zeroes" (func $lowered-output-stream.write-zeroes))
      (export "output-stream.blocking-write-zeroes-and-flush" (func $lowered-output-stream.blocking-write-zeroes-and-flush))
      (export "output-stream.splice" (func $lowered-output-stream.splice))
      (export "output-stream.blocking-splice" (func $lowered-output-stream.blocking-splice))))))

  (func (export "wrap-input-stream")
    (param "stream" (own $input-stream)) (param "counted" bool) (result (own $own-input-stream))
    (canon lift (core func $main "wrap-input-stream")))
  (func (export "wrap-output-stream")
    (param "stream" (own $output-stream)) (param "counted" bool) (result (own $own-output-stream))
    (canon lift (core func $main "wrap-output-stream")))
  (func (export "[method]input-stream.read") (param "self" (borrow $own-input-stream)) (param "len" u64) (result (result (list u8)
    (error $io-stream-error))) (canon lift (core func $main "input-stream.read") (memory $memory) (realloc $realloc) (post-return
    (core func $main "taken-back"))))
  (func (export "[method]input-stream.blocking-read") (param "self" (borrow $own-input-stream)) (param "len" u64) (result (result
    (list u8) (error $io-stream-error))) (canon lift (core func $main "input-stream.blocking-read") (memory $memory) (realloc
    $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]input-stream.skip") (param "self" (borrow $own-input-stream)) (param "len" u64) (result (result u64 (error
    $io-stream-error))) (canon lift (core func $main "input-stream.skip") (memory $memory)))
  (func (export "[method]input-stream.blocking-skip") (param "self" (borrow $own-input-stream)) (param "len" u64) (result (result
    u64 (error $io-stream-error))) (canon lift (core func $main "input-stream.blocking-skip") (memory $memory)))
  (func (export "[method]input-stream.subscribe") (param "self" (borrow $own-input-stream)) (result (own $pollable)) (canon lift
    (core func $lowered-input-stream.subscribe)))
  (func (export "[method]output-stream.check-write") (param "self" (borrow $own-output-stream)) (result (result u64 (error
    $io-stream-error))) (canon lift (core func $main "output-stream.check-write") (memory $memory)))
  (func (export "[method]output-stream.write") (param "self" (borrow $own-output-stream)) (param "contents" (list u8)) (result
    (result (error $io-stream-error))) (canon lift (core func $main "output-stream.write") (memory $memory) (realloc $realloc)
    (post-return (core func $main "taken-back"))))
  (func (export "[method]output-stream.blocking-write-and-flush") (param "self" (borrow $own-output-stream)) (param "contents" (list
    u8)) (result (result (error $io-stream-error))) (canon lift (core func $main "output-stream.blocking-write-and-flush") (memory
    $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]output-stream.flush") (param "self" (borrow $own-output-stream)) (result (result (error $io-stream-error)))
    (canon lift (core func $main "output-stream.flush") (memory $memory)))
  (func (export "[method]output-stream.blocking-flush") (param "self" (borrow $own-output-stream)) (result (result (error
    $io-stream-error))) (canon lift (core func $main "output-stream.blocking-flush") (memory $memory)))
  (func (export "[method]output-stream.subscribe") (param "self" (borrow $own-output-stream)) (result (own $pollable)) (canon lift
    (core func $lowered-output-stream.subscribe)))
  (func (export "[method]output-stream.write-zeroes") (param "self" (borrow $own-output-stream)) (param "len" u64) (result (result
    (error $io-stream-error))) (canon lift (core func $main "output-stream.write-zeroes") (memory $memory)))
  (func (export "[method]output-stream.blocking-write-zeroes-and-flush") (param "self" (borrow $own-output-stream)) (param "len"
    u64) (result (result (error $io-stream-error))) (canon lift (core func $main "output-stream.blocking-write-zeroes-and-flush")
    (memory $memory)))
  (func (export "[method]output-stream.splice") (param "self" (borrow $own-output-stream)) (param "src" (borrow $own-input-stream))
    (param "len" u64) (result (result u64 (error $io-stream-error))) (canon lift (core func $main "output-stream.splice") (memory
    $memory)))
  (func (export "[method]output-stream.blocking-splice") (param "self" (borrow $own-output-stream)) (param "src" (borrow
    $own-input-stream)) (param "len" u64) (result (result u64 (error $io-stream-error))) (canon lift (core func $main
    "output-stream.blocking-splice") (memory $memory)))
