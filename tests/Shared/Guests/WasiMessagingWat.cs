namespace FireAndForget.Tests.Guests;

/// <summary>
/// A guest of <c>wasi:messaging</c>, in the form that wit-component gives one: its handler comes out of a component within it. A
/// message's first byte says what it does: e replies the rest, w does so twice; s and p send, and publish, what is behind a topic and the
/// topic's length; d does so as s, disconnected; t sends the message's topic to <c>log</c>, m its metadata's first key and value, c a
/// content type and metadata that it gave it; r rejects with the error whose number and text follow; k keeps the message, and l replies to
/// the one that it kept; x reads a message that it has not, y one that it sent; h makes messages for ever.
/// </summary>
internal static class WasiMessagingWat
{
    public const string Version = "@0.2.0-draft";

    public static string Guest { get; } = Make();

    /// <summary>The guest with another import of request-reply, another type that its handler takes, or other options of it.</summary>
    public static string Make(
        string moreOfRequestReply = "",
        string message = "(alias export $types \"message\" (type $handled))",
        string options = "",
        string moreImports = ""
    ) =>
        $$"""
            (component
              (import "wasi:messaging/types{{Version}}" (instance $types
                (export "client" (type $client (sub resource)))
                (type $of-error (variant
                  (case "timeout") (case "connection" string) (case "permission-denied" string) (case "other" string)))
                (export "error" (type $error (eq $of-error)))
                (type $of-metadata (list (tuple string string)))
                (export "metadata" (type $metadata (eq $of-metadata)))
                (export "message" (type $message (sub resource)))
                (export "[static]client.connect" (func (param "name" string) (result (result (own $client) (error $error)))))
                (export "[method]client.disconnect" (func (param "self" (borrow $client)) (result (result (error $error)))))
                (export "[constructor]message" (func (param "data" (list u8)) (result (own $message))))
                (export "[method]message.topic" (func (param "self" (borrow $message)) (result (option string))))
                (export "[method]message.content-type" (func (param "self" (borrow $message)) (result (option string))))
                (export "[method]message.set-content-type" (func
                  (param "self" (borrow $message)) (param "content-type" string)))
                (export "[method]message.data" (func (param "self" (borrow $message)) (result (list u8))))
                (export "[method]message.set-data" (func (param "self" (borrow $message)) (param "data" (list u8))))
                (export "[method]message.metadata" (func (param "self" (borrow $message)) (result (option $metadata))))
                (export "[method]message.add-metadata" (func
                  (param "self" (borrow $message)) (param "key" string) (param "value" string)))
                (export "[method]message.set-metadata" (func (param "self" (borrow $message)) (param "meta" $metadata)))
                (export "[method]message.remove-metadata" (func (param "self" (borrow $message)) (param "key" string)))))
              (alias export $types "client" (type $client))
              (alias export $types "message" (type $message))
              (alias export $types "error" (type $error))
              (import "wasi:messaging/producer{{Version}}" (instance $producer
                (export "client" (type $c (eq $client)))
                (export "message" (type $m (eq $message)))
                (export "error" (type $e (eq $error)))
                (export "send" (func (param "c" (borrow $c)) (param "topic" string) (param "message" (own $m))
                  (result (result (error $e)))))))
              (import "wasi:messaging/request-reply{{Version}}" (instance $request-reply
                (export "client" (type $c (eq $client)))
                (export "message" (type $m (eq $message)))
                (export "error" (type $e (eq $error)))
                (export "reply" (func (param "reply-to" (borrow $m)) (param "message" (own $m)) (result (result (error $e)))))
                {{moreOfRequestReply}}))
              {{moreImports}}
              (core module $allocator
                (memory (export "memory") 64 64)
                (global $next (export "next") (mut i32) (i32.const 4096))
                (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                  (local $block i32)
                  (local.set $block (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                  (global.set $next (i32.add (local.get $block) (local.get 3)))
                  (local.get $block)))
              (core instance $a (instantiate $allocator))
              (alias core export $a "memory" (core memory $memory))
              (alias core export $a "realloc" (core func $realloc))
              (core func $connect (canon lower (func $types "[static]client.connect") (memory $memory) (realloc $realloc)))
              (core func $disconnect (canon lower (func $types "[method]client.disconnect") (memory $memory) (realloc $realloc)))
              (core func $new (canon lower (func $types "[constructor]message") (memory $memory)))
              (core func $topic (canon lower (func $types "[method]message.topic") (memory $memory) (realloc $realloc)))
              (core func $content-type (canon lower (func $types "[method]message.content-type")
                (memory $memory) (realloc $realloc)))
              (core func $set-content-type (canon lower (func $types "[method]message.set-content-type") (memory $memory)))
              (core func $data (canon lower (func $types "[method]message.data") (memory $memory) (realloc $realloc)))
              (core func $set-data (canon lower (func $types "[method]message.set-data") (memory $memory)))
              (core func $metadata (canon lower (func $types "[method]message.metadata") (memory $memory) (realloc $realloc)))
              (core func $add-metadata (canon lower (func $types "[method]message.add-metadata") (memory $memory)))
              (core func $set-metadata (canon lower (func $types "[method]message.set-metadata") (memory $memory)))
              (core func $remove-metadata (canon lower (func $types "[method]message.remove-metadata") (memory $memory)))
              (core func $drop-client (canon resource.drop $client))
              (core func $drop-message (canon resource.drop $message))
              (core func $send (canon lower (func $producer "send") (memory $memory) (realloc $realloc)))
              (core func $reply (canon lower (func $request-reply "reply") (memory $memory) (realloc $realloc)))
              {{Main}}
              (core instance $main (instantiate $main
                (with "a" (instance $a))
                (with "h" (instance
                  (export "connect" (func $connect)) (export "disconnect" (func $disconnect)) (export "new" (func $new))
                  (export "topic" (func $topic)) (export "content-type" (func $content-type))
                  (export "set-content-type" (func $set-content-type)) (export "data" (func $data))
                  (export "set-data" (func $set-data)) (export "metadata" (func $metadata))
                  (export "add-metadata" (func $add-metadata)) (export "set-metadata" (func $set-metadata))
                  (export "remove-metadata" (func $remove-metadata)) (export "drop-client" (func $drop-client))
                  (export "drop-message" (func $drop-message)) (export "send" (func $send)) (export "reply" (func $reply))))))
              {{message}}
              (func $handle (param "message" (own $handled)) (result (result (error $error)))
                (canon lift (core func $main "handle") (memory $memory) {{options}}))
              (component $shim
                (import "message" (type $message (sub resource)))
                (type $of-error (variant
                  (case "timeout") (case "connection" string) (case "permission-denied" string) (case "other" string)))
                (import "error" (type $error (eq $of-error)))
                (import "handle" (func $handle (param "message" (own $message)) (result (result (error $error)))))
                (export $out "message" (type $message))
                (export $its-error "error" (type $error))
                (export "handle" (func $handle)
                  (func (param "message" (own $out)) (result (result (error $its-error))))))
              (instance $incoming (instantiate $shim
                (with "message" (type $handled)) (with "error" (type $error)) (with "handle" (func $handle))))
              (export "wasi:messaging/incoming-handler{{Version}}" (instance $incoming)))
            """;

    private const string Main = """
        (core module $main
          (import "a" "memory" (memory 64))
          (import "a" "next" (global $next (mut i32)))
          (import "h" "connect" (func $connect (param i32 i32 i32)))
          (import "h" "disconnect" (func $disconnect (param i32 i32)))
          (import "h" "new" (func $new (param i32 i32) (result i32)))
          (import "h" "topic" (func $topic (param i32 i32)))
          (import "h" "content-type" (func $content-type (param i32 i32)))
          (import "h" "set-content-type" (func $set-content-type (param i32 i32 i32)))
          (import "h" "data" (func $data (param i32 i32)))
          (import "h" "set-data" (func $set-data (param i32 i32 i32)))
          (import "h" "metadata" (func $metadata (param i32 i32)))
          (import "h" "add-metadata" (func $add-metadata (param i32 i32 i32 i32 i32)))
          (import "h" "set-metadata" (func $set-metadata (param i32 i32 i32)))
          (import "h" "remove-metadata" (func $remove-metadata (param i32 i32 i32)))
          (import "h" "drop-client" (func $drop-client (param i32)))
          (import "h" "drop-message" (func $drop-message (param i32)))
          (import "h" "send" (func $send (param i32 i32 i32 i32 i32)))
          (import "h" "reply" (func $reply (param i32 i32 i32)))
          (data (i32.const 128) "targets" "nats" "log" "sender" "text/plain" "key" "value")
          (global $kept (mut i32) (i32.const 0))

          ;; A list of two pairs for set-metadata, at 256.
          (data (i32.const 256)
            "\94\00\00\00\03\00\00\00\97\00\00\00\05\00\00\00"
            "\83\00\00\00\04\00\00\00\87\00\00\00\03\00\00\00")

          (func $connected (param $name i32) (param $length i32) (result i32)
            (call $connect (local.get $name) (local.get $length) (i32.const 48))
            (if (i32.load8_u (i32.const 48)) (then unreachable))
            (i32.load (i32.const 52)))
          ;; Sends to "log".
          (func $log (param $text i32) (param $length i32)
            (local $client i32)
            (local.set $client (call $connected (i32.const 128) (i32.const 7)))
            (call $send (local.get $client) (i32.const 139) (i32.const 3)
              (call $new (local.get $text) (local.get $length)) (i32.const 96))
            (call $drop-client (local.get $client)))
          (func $send-to (param $client i32) (param $at i32) (param $length i32)
            (local $topic i32)
            (local.set $topic (i32.load8_u offset=1 (local.get $at)))
            (call $send (local.get $client) (i32.add (local.get $at) (i32.const 2)) (local.get $topic)
              (call $new
                (i32.add (i32.add (local.get $at) (i32.const 2)) (local.get $topic))
                (i32.sub (i32.sub (local.get $length) (i32.const 2)) (local.get $topic)))
              (i32.const 64))
            (call $drop-client (local.get $client)))
          (func $answer (param $to i32) (param $at i32) (param $length i32)
            (call $reply (local.get $to)
              (call $new (i32.add (local.get $at) (i32.const 1)) (i32.sub (local.get $length) (i32.const 1)))
              (i32.const 64)))

          (func $do (param $m i32) (param $at i32) (param $length i32) (param $op i32)
            (local $other i32)
            (if (i32.eq (local.get $op) (i32.const 101))
              (then (call $answer (local.get $m) (local.get $at) (local.get $length))))
            (if (i32.eq (local.get $op) (i32.const 119))
              (then
                (call $answer (local.get $m) (local.get $at) (local.get $length))
                (call $answer (local.get $m) (local.get $at) (local.get $length))))
            (if (i32.eq (local.get $op) (i32.const 115))
              (then (call $send-to (call $connected (i32.const 128) (i32.const 7)) (local.get $at) (local.get $length))))
            (if (i32.eq (local.get $op) (i32.const 112))
              (then (call $send-to (call $connected (i32.const 135) (i32.const 4)) (local.get $at) (local.get $length))))
            (if (i32.eq (local.get $op) (i32.const 100))
              (then
                (local.set $other (call $connected (i32.const 128) (i32.const 7)))
                (call $disconnect (local.get $other) (i32.const 64))
                (call $send-to (local.get $other) (local.get $at) (local.get $length))))
            (if (i32.eq (local.get $op) (i32.const 116))
              (then
                (call $topic (local.get $m) (i32.const 32))
                (if (i32.load8_u (i32.const 32))
                  (then (call $log (i32.load (i32.const 36)) (i32.load (i32.const 40)))))))
            (if (i32.eq (local.get $op) (i32.const 109))
              (then
                (call $metadata (local.get $m) (i32.const 32))
                (if (i32.ne (i32.load (i32.const 40)) (i32.const 1)) (then unreachable))
                (local.set $other (i32.load (i32.const 36)))
                (call $log (i32.load (local.get $other)) (i32.load offset=4 (local.get $other)))
                (call $log (i32.load offset=8 (local.get $other)) (i32.load offset=12 (local.get $other)))))
            (if (i32.eq (local.get $op) (i32.const 99))
              (then
                (local.set $other (call $new (local.get $at) (i32.const 1)))
                ;; A fresh one has none of it.
                (call $content-type (local.get $other) (i32.const 32))
                (if (i32.load8_u (i32.const 32)) (then unreachable))
                (call $metadata (local.get $other) (i32.const 32))
                (if (i32.load8_u (i32.const 32)) (then unreachable))
                (call $topic (local.get $other) (i32.const 32))
                (if (i32.load8_u (i32.const 32)) (then unreachable))
                (call $set-content-type (local.get $other) (i32.const 148) (i32.const 10))
                (call $content-type (local.get $other) (i32.const 32))
                (call $log (i32.load (i32.const 36)) (i32.load (i32.const 40)))
                ;; Set, added, overwritten and removed.
                (call $set-metadata (local.get $other) (i32.const 256) (i32.const 2))
                (call $add-metadata (local.get $other) (i32.const 158) (i32.const 3) (i32.const 161) (i32.const 5))
                (call $add-metadata (local.get $other) (i32.const 158) (i32.const 3) (i32.const 139) (i32.const 3))
                (call $remove-metadata (local.get $other) (i32.const 131) (i32.const 4))
                (call $metadata (local.get $other) (i32.const 32))
                (if (i32.ne (i32.load (i32.const 40)) (i32.const 2)) (then unreachable))
                (call $log (i32.load offset=16 (i32.load (i32.const 36))) (i32.load offset=20 (i32.load (i32.const 36))))
                (call $log (i32.load offset=24 (i32.load (i32.const 36))) (i32.load offset=28 (i32.load (i32.const 36))))
                (call $set-data (local.get $other) (i32.const 161) (i32.const 5))
                (call $data (local.get $other) (i32.const 32))
                (call $log (i32.load (i32.const 32)) (i32.load (i32.const 36)))
                (call $drop-message (local.get $other))))
            (if (i32.eq (local.get $op) (i32.const 114))
              (then
                (i32.store8 (i32.const 64) (i32.const 1))
                (i32.store8 (i32.const 68) (i32.load8_u offset=1 (local.get $at)))
                (i32.store (i32.const 72) (i32.add (local.get $at) (i32.const 2)))
                (i32.store (i32.const 76) (i32.sub (local.get $length) (i32.const 2)))))
            (if (i32.eq (local.get $op) (i32.const 108))
              (then (call $answer (global.get $kept) (local.get $at) (local.get $length))))
            (if (i32.eq (local.get $op) (i32.const 120))
              (then (call $data (i32.const 77) (i32.const 32))))
            (if (i32.eq (local.get $op) (i32.const 121))
              (then
                (local.set $other (call $new (local.get $at) (i32.const 1)))
                (call $reply (local.get $m) (local.get $other) (i32.const 64))
                (call $data (local.get $other) (i32.const 32))))
            (if (i32.eq (local.get $op) (i32.const 104))
              (then (loop $more
                (drop (call $new (i32.const 65536) (i32.const 1048576)))
                (br $more)))))

          (func (export "handle") (param $m i32) (result i32)
            (local $at i32) (local $op i32)
            (global.set $next (i32.const 4096))
            (i32.store (i32.const 64) (i32.const 0))
            (call $data (local.get $m) (i32.const 16))
            (local.set $at (i32.load (i32.const 16)))
            (local.set $op (i32.load8_u (local.get $at)))
            (call $do (local.get $m) (local.get $at) (i32.load (i32.const 20)) (local.get $op))
            (if (i32.eq (local.get $op) (i32.const 107))
              (then (global.set $kept (local.get $m)))
              (else (call $drop-message (local.get $m))))
            (i32.const 64)))
        """;
}
