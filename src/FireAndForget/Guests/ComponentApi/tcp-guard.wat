;; wasi:sockets/tcp with the streams of stream-guard.wat. No socket is ever granted, so nobody gets one of these two.
  (import "input-stream" (type $own-input-stream (sub resource)))
  (import "output-stream" (type $own-output-stream (sub resource)))
  (core module $main
    (func (export "accept") (param i32) (result i32) (unreachable)))
  (core instance $main (instantiate $main))
  (core module $room (memory (export "memory") 1))
  (core instance $room (instantiate $room))
  (alias core export $room "memory" (core memory $memory))
  (func $accept (param "self" (borrow $tcp-socket))
    (result (result (tuple (own $tcp-socket) (own $own-input-stream) (own $own-output-stream)) (error $error-code)))
    (canon lift (core func $main "accept") (memory $memory)))
  (func $finish-connect (param "self" (borrow $tcp-socket))
    (result (result (tuple (own $own-input-stream) (own $own-output-stream)) (error $error-code)))
    (canon lift (core func $main "accept") (memory $memory)))
  (alias export $sockets-tcp "shutdown-type" (type $shutdown-type))
  (export $exported "tcp-socket" (type $tcp-socket))
  (export "network" (type $network))
  (export "ip-socket-address" (type $ip-socket-address))
  (export "error-code" (type $error-code))
  (export "input-stream" (type $own-input-stream))
  (export "output-stream" (type $own-output-stream))
  (export "ip-address-family" (type $ip-address-family))
  (export "duration" (type $duration))
  (export "pollable" (type $pollable))
  (export "shutdown-type" (type $shutdown-type))
  (export "[method]tcp-socket.start-bind" (func $sockets-tcp "[method]tcp-socket.start-bind") (func (param "self" (borrow
    $exported)) (param "network" (borrow $network)) (param "local-address" $ip-socket-address) (result (result (error
    $error-code)))))
  (export "[method]tcp-socket.finish-bind" (func $sockets-tcp "[method]tcp-socket.finish-bind") (func (param "self" (borrow
    $exported)) (result (result (error $error-code)))))
  (export "[method]tcp-socket.start-connect" (func $sockets-tcp "[method]tcp-socket.start-connect") (func (param "self" (borrow
    $exported)) (param "network" (borrow $network)) (param "remote-address" $ip-socket-address) (result (result (error
    $error-code)))))
  (export "[method]tcp-socket.finish-connect" (func $finish-connect) (func (param "self" (borrow $exported)) (result (result (tuple
    (own $own-input-stream) (own $own-output-stream)) (error $error-code)))))
  (export "[method]tcp-socket.start-listen" (func $sockets-tcp "[method]tcp-socket.start-listen") (func (param "self" (borrow
    $exported)) (result (result (error $error-code)))))
  (export "[method]tcp-socket.finish-listen" (func $sockets-tcp "[method]tcp-socket.finish-listen") (func (param "self" (borrow
    $exported)) (result (result (error $error-code)))))
  (export "[method]tcp-socket.accept" (func $accept) (func (param "self" (borrow $exported)) (result (result (tuple (own $exported)
    (own $own-input-stream) (own $own-output-stream)) (error $error-code)))))
  (export "[method]tcp-socket.local-address" (func $sockets-tcp "[method]tcp-socket.local-address") (func (param "self" (borrow
    $exported)) (result (result $ip-socket-address (error $error-code)))))
  (export "[method]tcp-socket.remote-address" (func $sockets-tcp "[method]tcp-socket.remote-address") (func (param "self" (borrow
    $exported)) (result (result $ip-socket-address (error $error-code)))))
  (export "[method]tcp-socket.is-listening" (func $sockets-tcp "[method]tcp-socket.is-listening") (func (param "self" (borrow
    $exported)) (result bool)))
  (export "[method]tcp-socket.address-family" (func $sockets-tcp "[method]tcp-socket.address-family") (func (param "self" (borrow
    $exported)) (result $ip-address-family)))
  (export "[method]tcp-socket.set-listen-backlog-size" (func $sockets-tcp "[method]tcp-socket.set-listen-backlog-size") (func (param
    "self" (borrow $exported)) (param "value" u64) (result (result (error $error-code)))))
  (export "[method]tcp-socket.keep-alive-enabled" (func $sockets-tcp "[method]tcp-socket.keep-alive-enabled") (func (param "self"
    (borrow $exported)) (result (result bool (error $error-code)))))
  (export "[method]tcp-socket.set-keep-alive-enabled" (func $sockets-tcp "[method]tcp-socket.set-keep-alive-enabled") (func (param
    "self" (borrow $exported)) (param "value" bool) (result (result (error $error-code)))))
  (export "[method]tcp-socket.keep-alive-idle-time" (func $sockets-tcp "[method]tcp-socket.keep-alive-idle-time") (func (param
    "self" (borrow $exported)) (result (result $duration (error $error-code)))))
  (export "[method]tcp-socket.set-keep-alive-idle-time" (func $sockets-tcp "[method]tcp-socket.set-keep-alive-idle-time") (func
    (param "self" (borrow $exported)) (param "value" $duration) (result (result (error $error-code)))))
  (export "[method]tcp-socket.keep-alive-interval" (func $sockets-tcp "[method]tcp-socket.keep-alive-interval") (func (param "self"
    (borrow $exported)) (result (result $duration (error $error-code)))))
  (export "[method]tcp-socket.set-keep-alive-interval" (func $sockets-tcp "[method]tcp-socket.set-keep-alive-interval") (func (param
    "self" (borrow $exported)) (param "value" $duration) (result (result (error $error-code)))))
  (export "[method]tcp-socket.keep-alive-count" (func $sockets-tcp "[method]tcp-socket.keep-alive-count") (func (param "self"
    (borrow $exported)) (result (result u32 (error $error-code)))))
  (export "[method]tcp-socket.set-keep-alive-count" (func $sockets-tcp "[method]tcp-socket.set-keep-alive-count") (func (param
    "self" (borrow $exported)) (param "value" u32) (result (result (error $error-code)))))
  (export "[method]tcp-socket.hop-limit" (func $sockets-tcp "[method]tcp-socket.hop-limit") (func (param "self" (borrow $exported))
    (result (result u8 (error $error-code)))))
  (export "[method]tcp-socket.set-hop-limit" (func $sockets-tcp "[method]tcp-socket.set-hop-limit") (func (param "self" (borrow
    $exported)) (param "value" u8) (result (result (error $error-code)))))
  (export "[method]tcp-socket.receive-buffer-size" (func $sockets-tcp "[method]tcp-socket.receive-buffer-size") (func (param "self"
    (borrow $exported)) (result (result u64 (error $error-code)))))
  (export "[method]tcp-socket.set-receive-buffer-size" (func $sockets-tcp "[method]tcp-socket.set-receive-buffer-size") (func (param
    "self" (borrow $exported)) (param "value" u64) (result (result (error $error-code)))))
  (export "[method]tcp-socket.send-buffer-size" (func $sockets-tcp "[method]tcp-socket.send-buffer-size") (func (param "self"
    (borrow $exported)) (result (result u64 (error $error-code)))))
  (export "[method]tcp-socket.set-send-buffer-size" (func $sockets-tcp "[method]tcp-socket.set-send-buffer-size") (func (param
    "self" (borrow $exported)) (param "value" u64) (result (result (error $error-code)))))
  (export "[method]tcp-socket.subscribe" (func $sockets-tcp "[method]tcp-socket.subscribe") (func (param "self" (borrow $exported))
    (result (own $pollable))))
  (export "[method]tcp-socket.shutdown" (func $sockets-tcp "[method]tcp-socket.shutdown") (func (param "self" (borrow $exported))
    (param "shutdown-type" $shutdown-type) (result (result (error $error-code)))))
