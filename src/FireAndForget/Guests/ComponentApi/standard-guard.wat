;; Standard input, output and error as streams of stream-guard.wat. They hold no file of the guest's, and are not counted.
  (import "input-stream" (type $own-input-stream (sub resource)))
  (import "output-stream" (type $own-output-stream (sub resource)))
  (import "wrap-input-stream" (func $wrap-input-stream
    (param "stream" (own $input-stream)) (param "counted" bool) (result (own $own-input-stream))))
  (import "wrap-output-stream" (func $wrap-output-stream
    (param "stream" (own $output-stream)) (param "counted" bool) (result (own $own-output-stream))))
  (core func $lowered-get-stdin (canon lower (func $cli-stdin "get-stdin")))
  (core func $lowered-get-stdout (canon lower (func $cli-stdout "get-stdout")))
  (core func $lowered-get-stderr (canon lower (func $cli-stderr "get-stderr")))
  (core func $lowered-wrap-input-stream (canon lower (func $wrap-input-stream)))
  (core func $lowered-wrap-output-stream (canon lower (func $wrap-output-stream)))
  (core module $main
    (import "host" "get-stdin" (func $get-stdin (result i32)))
    (import "host" "get-stdout" (func $get-stdout (result i32)))
    (import "host" "get-stderr" (func $get-stderr (result i32)))
    (import "host" "wrap-input-stream" (func $wrap-input-stream (param i32 i32) (result i32)))
    (import "host" "wrap-output-stream" (func $wrap-output-stream (param i32 i32) (result i32)))
    (func (export "get-stdin") (result i32) (call $wrap-input-stream (call $get-stdin) (i32.const 0)))
    (func (export "get-stdout") (result i32) (call $wrap-output-stream (call $get-stdout) (i32.const 0)))
    (func (export "get-stderr") (result i32) (call $wrap-output-stream (call $get-stderr) (i32.const 0))))
  (core instance $main (instantiate $main
    (with "host" (instance
      (export "get-stdin" (func $lowered-get-stdin))
      (export "get-stdout" (func $lowered-get-stdout))
      (export "get-stderr" (func $lowered-get-stderr))
      (export "wrap-input-stream" (func $lowered-wrap-input-stream))
      (export "wrap-output-stream" (func $lowered-wrap-output-stream))))))
  (func (export "get-stdin") (result (own $own-input-stream)) (canon lift (core func $main "get-stdin")))
  (func (export "get-stdout") (result (own $own-output-stream)) (canon lift (core func $main "get-stdout")))
  (func (export "get-stderr") (result (own $own-output-stream)) (canon lift (core func $main "get-stderr")))
