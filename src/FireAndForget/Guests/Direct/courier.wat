;; The courier: a small module that stands beside each directly run guest and hands it a batch of messages in one call from the
;; host. They lie in a tray, which the host fills with slots, the messages' bytes and the senders' ids. Each thread of the host has
;; one, and the trays of all threads lie in one memory that all couriers share and no guest can reach. The layout of a tray stands in
;; TrayLayout.cs too; a test compares the two.
;;
;; For each message it does what the canonical ABI asks of a caller: realloc for the sender's id and for the message, also where
;; they are empty; the copies, which trap where the guest gave no room for them; handle-message; the check of its answer; and
;; post-return. While realloc and post-return run the guest may not leave, which the host's imports look at. For guests without a
;; post-return the lines that end in that word are left out. Those that end in "reasons" are there for guests that say why they
;; reject a message: their answer is the address of a result (discriminant, then the text's address and length), which the host
;; reads where it is an error. Those that end in "requests" are there for guests that answer requests: these are handed over one by
;; one, and the host reads each answer itself. Those that end in "replies" are there for guests that ask: an answer is handed over in
;; the same way.
(module
  (import "host" "trays" (memory $trays 0 65536 shared))
  (import "guest" "memory" (memory $guest 0))
  (import "guest" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "guest" "handle-message" (func $handle-message (param i32 i32 i32 i32) (result i32)))
  (import "guest" "post-return" (func $post-return (param i32))) ;; post-return

  (import "host" "take-reason" (func $take-reason (param i32))) ;; reasons
  (import "guest" "handle-request" (func $handle-request (param i32 i32 i32 i32) (result i32))) ;; requests
  (import "guest" "handle-reply" (func $handle-reply (param i64 i32 i32 i32))) ;; replies

  ;; In a tray, from its start: 0, the message at hand; 4, whether the guest may call its imports; 8, whether to stop behind this
  ;; message; 12, where the last message of the batch lies in the guest's memory.
  ;; The senders' ids: 256 lengths of 4 bytes, and 256 texts of 128 bytes.
  (global $sender-lengths (export "sender-lengths") i32 (i32.const 1024))
  (global $sender-texts (export "sender-texts") i32 (i32.const 4096))
  ;; 512 slots of 16 bytes: answer, length, sender, end.
  (global $slots (export "slots") i32 (i32.const 36864))
  ;; The messages' bytes. Not at a multiple of 4,096: copies whose ends lie a few bytes apart modulo 4,096 are slow.
  (global $bytes (export "bytes") i32 (i32.const 47104))

  ;; Delivers slots 0 to count - 1 of a tray and answers how many were rejected. $start is the byte position of the first one, and $greatest
  ;; the greatest answer that is in range, as an unsigned number: 1 for a component's result, anything for a core module.
  (func (export "deliver") (param $tray i32) (param $count i32) (param $start i32) (param $greatest i32) (result i32)
    (local $index i32) (local $slot i32) (local $both i64) (local $length i32) (local $sender i32)
    (local $sender-length i32) (local $sender-pointer i32) (local $message-pointer i32)
    (local $from i32) (local $last i32) (local $answer i32) (local $result i32) (local $rejected i32)
    (local.set $slot (i32.add (local.get $tray) (global.get $slots)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $index) (local.get $count)))
        (i32.store $trays (local.get $tray) (local.get $index))
        (local.set $both (i64.load $trays offset=4 (local.get $slot)))
        (local.set $length (i32.wrap_i64 (local.get $both)))
        (local.set $sender (i32.and (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32))) (i32.const 255)))
        (local.set $sender-length
          (i32.load $trays offset=1024 (i32.add (local.get $tray) (i32.shl (local.get $sender) (i32.const 2)))))

        (i32.store $trays offset=4 (local.get $tray) (i32.const 0))
        (local.set $sender-pointer
          (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $sender-length)))
        (local.set $from (i32.add (local.get $tray) (i32.shl (local.get $sender) (i32.const 7))))
        (if
          (i32.and
            (i32.le_u (i32.sub (local.get $sender-length) (i32.const 4)) (i32.const 4))
            (i32.lt_u (local.get $sender-pointer) (i32.const 0xffffff00)))
          (then
            (local.set $last (i32.sub (local.get $sender-length) (i32.const 4)))
            (i32.store $guest (local.get $sender-pointer) (i32.load $trays offset=4096 (local.get $from)))
            (i32.store $guest
              (i32.add (local.get $sender-pointer) (local.get $last))
              (i32.load $trays offset=4096 (i32.add (local.get $from) (local.get $last)))))
          (else
            (call $copy
              (local.get $sender-pointer)
              (i32.add (global.get $sender-texts) (local.get $from))
              (local.get $sender-length))))
        (local.set $message-pointer
          (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length)))
        (local.set $from
          (i32.add
            (i32.add (local.get $tray) (global.get $bytes))
            (i32.sub
              (i32.sub
                (i32.load $trays offset=12 (local.get $slot))
                (i32.and (i32.add (local.get $length) (i32.const 7)) (i32.const -8)))
              (local.get $start))))
        (if
          (i32.and
            (i32.le_u (i32.sub (local.get $length) (i32.const 8)) (i32.const 8))
            (i32.lt_u (local.get $message-pointer) (i32.const 0xffffff00)))
          (then
            (local.set $last (i32.sub (local.get $length) (i32.const 8)))
            (i64.store $guest (local.get $message-pointer) (i64.load $trays (local.get $from)))
            (i64.store $guest
              (i32.add (local.get $message-pointer) (local.get $last))
              (i64.load $trays (i32.add (local.get $from) (local.get $last)))))
          (else (call $copy (local.get $message-pointer) (local.get $from) (local.get $length))))
        (i32.store $trays offset=4 (local.get $tray) (i32.const 1))

        (local.set $answer
          (call $handle-message
            (local.get $sender-pointer) (local.get $sender-length)
            (local.get $message-pointer) (local.get $length)))
        (local.set $result (local.get $answer))
        (if (i32.and (local.get $result) (i32.const 3)) (then (call $out-of-range))) ;; reasons
        (drop (i32.load $guest offset=8 (local.get $result))) ;; reasons
        (local.set $answer (i32.load8_u $guest (local.get $result))) ;; reasons
        (if (i32.gt_u (local.get $answer) (local.get $greatest)) (then (call $out-of-range)))

        (if (local.get $answer) (then (call $take-reason (local.get $result)))) ;; reasons
        (i32.store $trays offset=4 (local.get $tray) (i32.const 0)) ;; post-return
        (call $post-return (local.get $result)) ;; post-return

        (i32.store $trays (local.get $slot) (local.get $answer))
        (local.set $rejected (i32.add (local.get $rejected) (i32.ne (local.get $answer) (i32.const 0))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (local.set $slot (i32.add (local.get $slot) (i32.const 16)))
        (br_if $next (i32.eqz (i32.load $trays offset=8 (local.get $tray))))))
    (i32.store $trays (local.get $tray) (local.get $index))
    (i32.store $trays offset=12 (local.get $tray) (local.get $message-pointer))
    (local.get $rejected))

  ;; Hands slot 0 over as a request and answers what the guest does. ;; requests
  (func (export "ask") (param $tray i32) (param $start i32) (param i32) (param i32) (result i32) ;; requests
    (local $slot i32) (local $length i32) (local $sender i32) (local $sender-length i32) ;; requests
    (local $sender-pointer i32) (local $message-pointer i32) ;; requests
    (local.set $slot (i32.add (local.get $tray) (global.get $slots))) ;; requests
    (local.set $length (i32.load $trays offset=4 (local.get $slot))) ;; requests
    (local.set $sender (i32.and (i32.load $trays offset=8 (local.get $slot)) (i32.const 255))) ;; requests
    (local.set $sender-length ;; requests
      (i32.load $trays offset=1024 (i32.add (local.get $tray) (i32.shl (local.get $sender) (i32.const 2))))) ;; requests
    (i32.store $trays offset=4 (local.get $tray) (i32.const 0)) ;; requests
    (local.set $sender-pointer ;; requests
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $sender-length))) ;; requests
    (call $copy ;; requests
      (local.get $sender-pointer) ;; requests
      (i32.add ;; requests
        (global.get $sender-texts) ;; requests
        (i32.add (local.get $tray) (i32.shl (local.get $sender) (i32.const 7)))) ;; requests
      (local.get $sender-length)) ;; requests
    (local.set $message-pointer ;; requests
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length))) ;; requests
    (call $copy ;; requests
      (local.get $message-pointer) ;; requests
      (i32.add ;; requests
        (i32.add (local.get $tray) (global.get $bytes)) ;; requests
        (i32.sub ;; requests
          (i32.sub ;; requests
            (i32.load $trays offset=12 (local.get $slot)) ;; requests
            (i32.and (i32.add (local.get $length) (i32.const 7)) (i32.const -8))) ;; requests
          (local.get $start))) ;; requests
      (local.get $length)) ;; requests
    (i32.store $trays offset=4 (local.get $tray) (i32.const 1)) ;; requests
    (call $handle-request ;; requests
      (local.get $sender-pointer) (local.get $sender-length) ;; requests
      (local.get $message-pointer) (local.get $length))) ;; requests

  ;; Hands over the answer to a request of the guest, which lies where the bytes of a tray begin. ;; replies
  (func (export "reply") (param $request i64) (param $tray i32) (param $length i32) (param i32) ;; replies
    (local $pointer i32) ;; replies
    (i32.store $trays offset=4 (local.get $tray) (i32.const 0)) ;; replies
    (local.set $pointer ;; replies
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $length))) ;; replies
    (call $copy ;; replies
      (local.get $pointer) (i32.add (local.get $tray) (global.get $bytes)) (local.get $length)) ;; replies
    (i32.store $trays offset=4 (local.get $tray) (i32.const 1)) ;; replies
    (call $handle-reply (local.get $request) (i32.const 0) (local.get $pointer) (local.get $length))) ;; replies

  ;; From the tray into the guest. Small ones in two pieces that may overlap, because memory.copy is a call into the engine; the
  ;; most frequent sizes, 4 to 8 bytes of a sender's id and 8 to 16 of a message, stand above, because this is a call too. Near
  ;; the end of the address space memory.copy decides, so that a range that wraps around is out of bounds.
  (func $copy (param $to i32) (param $from i32) (param $length i32)
    (local $last i32)
    (if
      (i32.or
        (i32.gt_u (i32.sub (local.get $length) (i32.const 8)) (i32.const 24))
        (i32.ge_u (local.get $to) (i32.const 0xffffff00)))
      (then
        (memory.copy $guest $trays (local.get $to) (local.get $from) (local.get $length))
        (return)))
    (if (i32.lt_u (local.get $length) (i32.const 16))
      (then
        (local.set $last (i32.sub (local.get $length) (i32.const 8)))
        (i64.store $guest (local.get $to) (i64.load $trays (local.get $from)))
        (i64.store $guest
          (i32.add (local.get $to) (local.get $last))
          (i64.load $trays (i32.add (local.get $from) (local.get $last)))))
      (else
        (local.set $last (i32.sub (local.get $length) (i32.const 16)))
        (v128.store $guest (local.get $to) (v128.load $trays (local.get $from)))
        (v128.store $guest
          (i32.add (local.get $to) (local.get $last))
          (v128.load $trays (i32.add (local.get $from) (local.get $last)))))))

  (func $out-of-range (unreachable)))
