;; Stands between a component and the waiting of wasi:io/poll: Wasmtime waits in the host, where no epoch ends it. Here each wait is
;; one of 10 ms at most and then begins again, and the engine looks at the budget in between.
(component
  (import "pollable" (type $pollable (sub resource)))
  (import "poll" (func $poll (param "in" (list (borrow $pollable))) (result (list u32))))
  (import "ready" (func $ready (param "self" (borrow $pollable)) (result bool)))
  (import "subscribe-duration" (func $subscribe-duration (param "when" u64) (result (own $pollable))))
  (import "now" (func $now (result u64)))

  ;; The memory for the lists: room is given one behind the other, until all of it is taken back. Two pages are enough for some
  ;; 16,000 pollables at a time; more traps.
  (core module $allocator
    (memory (export "memory") 2 2)
    (global $next (export "next") (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32) (param $align i32) (param $size i32) (result i32)
      (local $block i32)
      (local.set $block (global.get $next))
      (if (i32.gt_u (local.get $size) (i32.sub (i32.const 131068) (local.get $block))) (then (unreachable)))
      ;; Behind a list there is room for one more pollable.
      (global.set $next (i32.add (i32.add (local.get $block) (local.get $size)) (i32.const 4)))
      (local.get $block)))
  (core instance $allocator (instantiate $allocator))
  (alias core export $allocator "memory" (core memory $memory))
  (alias core export $allocator "realloc" (core func $realloc))

  (core func $lowered-poll (canon lower (func $poll) (memory $memory) (realloc $realloc)))
  (core func $lowered-subscribe-duration (canon lower (func $subscribe-duration)))
  (core func $lowered-now (canon lower (func $now)))
  (core func $drop (canon resource.drop $pollable))

  (core module $main
    (import "allocator" "memory" (memory 2))
    (import "allocator" "next" (global $next (mut i32)))
    (import "host" "poll" (func $poll (param i32 i32 i32)))
    (import "host" "subscribe-duration" (func $subscribe-duration (param i64) (result i32)))
    (import "host" "now" (func $now (result i64)))
    (import "host" "drop" (func $drop (param i32)))

    ;; Where the answers lie, as pointer and count: at 0 that of poll.
    (func $poll-in-turns (export "poll") (param $list i32) (param $count i32) (result i32)
      (local $timer i32) (local $start i32) (local $indices i32) (local $ready i32) (local $i i32)
      (if (i32.eqz (local.get $count))
        (then (call $poll (local.get $list) (i32.const 0) (i32.const 0)) (unreachable)))
      (local.set $start (global.get $next))
      (loop $again
        (global.set $next (local.get $start))
        (local.set $timer (call $subscribe-duration (i64.const 10000000)))
        (i32.store (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 2))) (local.get $timer))
        (call $poll (local.get $list) (i32.add (local.get $count) (i32.const 1)) (i32.const 0))
        (call $drop (local.get $timer))
        (local.set $indices (i32.load (i32.const 0)))
        (local.set $ready (i32.load (i32.const 4)))
        ;; The timer is the last of the list, and the indices rise.
        (if (i32.eq
              (i32.load (i32.add (local.get $indices) (i32.shl (i32.sub (local.get $ready) (i32.const 1)) (i32.const 2))))
              (local.get $count))
          (then (local.set $ready (i32.sub (local.get $ready) (i32.const 1)))))
        (br_if $again (i32.eqz (local.get $ready))))
      ;; What is borrowed goes back before the return.
      (loop $next-one
        (call $drop (i32.load (i32.add (local.get $list) (i32.shl (local.get $i) (i32.const 2)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next-one (i32.lt_u (local.get $i) (local.get $count))))
      (i32.store (i32.const 4) (local.get $ready))
      (i32.const 0))

    (func (export "block") (param $pollable i32)
      (i32.store (i32.const 16) (local.get $pollable))
      (call $taken-back (call $poll-in-turns (i32.const 16) (i32.const 1))))

    ;; The instant is one of the clock that the guest sees, which may be another than Wasmtime's.
    (func (export "subscribe-instant") (param $when i64) (result i32)
      (local $now i64)
      (local.set $now (call $now))
      (call $subscribe-duration
        (select
          (i64.sub (local.get $when) (local.get $now))
          (i64.const 0)
          (i64.gt_u (local.get $when) (local.get $now)))))

    (func $taken-back (export "taken-back") (param i32) (global.set $next (i32.const 1024))))
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host" (instance
      (export "poll" (func $lowered-poll))
      (export "subscribe-duration" (func $lowered-subscribe-duration))
      (export "now" (func $lowered-now))
      (export "drop" (func $drop))))))

  (func $poll-in-turns (param "in" (list (borrow $pollable))) (result (list u32))
    (canon lift (core func $main "poll") (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
  (func $block-in-turns (param "self" (borrow $pollable)) (canon lift (core func $main "block")))

  (func $subscribe-instant (param "when" u64) (result (own $pollable))
    (canon lift (core func $main "subscribe-instant")))

  ;; What it exports is wasi:io/poll, and subscribe-instant of wasi:clocks/monotonic-clock.
  (export $exported "pollable" (type $pollable))
  (export "poll" (func $poll-in-turns) (func (param "in" (list (borrow $exported))) (result (list u32))))
  (export "[method]pollable.block" (func $block-in-turns) (func (param "self" (borrow $exported))))
  (export "[method]pollable.ready" (func $ready) (func (param "self" (borrow $exported)) (result bool)))
  (export "subscribe-instant" (func $subscribe-instant) (func (param "when" u64) (result (own $exported)))))
