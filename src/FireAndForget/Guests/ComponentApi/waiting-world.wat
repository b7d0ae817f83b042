;; What a component gets that may wait: wasi:io/poll of wait-guard.wat, and the clock whose subscribe-instant goes by it.
  (instance $wait (instantiate $wait-guard
    (with "pollable" (type $pollable))
    (with "poll" (func $io-poll "poll"))
    (with "ready" (func $io-poll "[method]pollable.ready"))
    (with "subscribe-duration" (func $clocks-monotonic-clock "subscribe-duration"))
    (with "now" (func $clocks-monotonic-clock "now"))))
  (instance $clock
    (export "instant" (type $clocks-monotonic-clock "instant"))
    (export "duration" (type $clocks-monotonic-clock "duration"))
    (export "pollable" (type $pollable))
    (export "now" (func $clocks-monotonic-clock "now"))
    (export "resolution" (func $clocks-monotonic-clock "resolution"))
    (export "subscribe-instant" (func $wait "subscribe-instant"))
    (export "subscribe-duration" (func $clocks-monotonic-clock "subscribe-duration")))
