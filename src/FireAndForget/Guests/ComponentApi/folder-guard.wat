;; Stands between a component that is granted folders and the files of Wasmtime's WASI.
;;
;; Each file or folder that is open, and each stream of a file, holds a descriptor of the host's process, of which there are not many.
;; The guard gives out descriptors of its own, each of which stands for one of Wasmtime's, as stream-guard.wat does for streams: so it
;; is seen when one is made and dropped. Before each one the host is asked (take), and it is told of each that goes (give-back).
;; Nothing but files and folders are opened: to open a FIFO waits in the operating system, where no budget reaches the guest.
;;
;; The representation of a descriptor is Wasmtime's handle to what it stands for, so a method mostly goes on as it came.
  (import "fire-and-forget:host/open-files" (instance $open-files
    (export "take" (func (result bool)))
    (export "give-back" (func))))
  (import "input-stream" (type $own-input-stream (sub resource)))
  (import "output-stream" (type $own-output-stream (sub resource)))
  (import "wrap-input-stream" (func $wrap-input-stream
    (param "stream" (own $input-stream)) (param "counted" bool) (result (own $own-input-stream))))
  (import "wrap-output-stream" (func $wrap-output-stream
    (param "stream" (own $output-stream)) (param "counted" bool) (result (own $own-output-stream))))
  (alias export $filesystem-types "filesize" (type $fs-filesize))
  (alias export $filesystem-types "error-code" (type $fs-error-code))
  (alias export $filesystem-types "advice" (type $fs-advice))
  (alias export $filesystem-types "descriptor-flags" (type $fs-descriptor-flags))
  (alias export $filesystem-types "descriptor-type" (type $fs-descriptor-type))
  (alias export $filesystem-types "new-timestamp" (type $fs-new-timestamp))
  (alias export $filesystem-types "directory-entry-stream" (type $fs-directory-entry-stream))
  (alias export $filesystem-types "link-count" (type $fs-link-count))
  (alias export $filesystem-types "descriptor-stat" (type $fs-descriptor-stat))
  (alias export $filesystem-types "path-flags" (type $fs-path-flags))
  (alias export $filesystem-types "open-flags" (type $fs-open-flags))
  (alias export $filesystem-types "metadata-hash-value" (type $fs-metadata-hash-value))
  (alias export $filesystem-types "directory-entry" (type $fs-directory-entry))

  (core func $lowered-take (canon lower (func $open-files "take")))
  (core func $lowered-give-back (canon lower (func $open-files "give-back")))
  (core func $lowered-wrap-input-stream (canon lower (func $wrap-input-stream)))
  (core func $lowered-wrap-output-stream (canon lower (func $wrap-output-stream)))
  (core func $drop-descriptor (canon resource.drop $descriptor))

  ;; What runs when the guest drops a descriptor.
  (core module $destructor
    (import "allocator" "memory" (memory 4))
    (import "host" "give-back" (func $give-back))
    (import "host" "drop-descriptor" (func $drop-descriptor (param i32)))
    (func (export "descriptor") (param $handle i32)
      (call $drop-descriptor (local.get $handle))
      (if (i32.load8_u offset=1024 (local.get $handle)) (then (call $give-back)))))
  (core instance $destructor (instantiate $destructor
    (with "allocator" (instance $allocator))
    (with "host" (instance
      (export "give-back" (func $lowered-give-back))
      (export "drop-descriptor" (func $drop-descriptor))))))

  (type $descriptor-of-guard (resource (rep i32) (dtor (core func $destructor "descriptor"))))
  (core func $new-descriptor (canon resource.new $descriptor-of-guard))
  (export $own-descriptor "descriptor" (type $descriptor-of-guard))
  (export "filesize" (type $fs-filesize))
  (export "input-stream" (type $own-input-stream))
  (export "error-code" (type $fs-error-code))
  (export "output-stream" (type $own-output-stream))
  (export "advice" (type $fs-advice))
  (export "descriptor-flags" (type $fs-descriptor-flags))
  (export "descriptor-type" (type $fs-descriptor-type))
  (export "datetime" (type $datetime))
  (export "new-timestamp" (type $fs-new-timestamp))
  (export "link-count" (type $fs-link-count))
  (export "descriptor-stat" (type $fs-descriptor-stat))
  (export "path-flags" (type $fs-path-flags))
  (export "open-flags" (type $fs-open-flags))
  (export "metadata-hash-value" (type $fs-metadata-hash-value))
  (export "directory-entry" (type $fs-directory-entry))
  (export "error" (type $error))
  (export $exported-directory-entry-stream "directory-entry-stream" (type $fs-directory-entry-stream))
  (export "[method]directory-entry-stream.read-directory-entry"
    (func $filesystem-types "[method]directory-entry-stream.read-directory-entry")
    (func (param "self" (borrow $exported-directory-entry-stream))
      (result (result (option $fs-directory-entry) (error $fs-error-code)))))
  (export "filesystem-error-code" (func $filesystem-types "filesystem-error-code"))

  (core func $lowered-descriptor.read-via-stream (canon lower (func $filesystem-types "[method]descriptor.read-via-stream") (memory
    $memory)))
  (core func $lowered-descriptor.write-via-stream (canon lower (func $filesystem-types "[method]descriptor.write-via-stream")
    (memory $memory)))
  (core func $lowered-descriptor.append-via-stream (canon lower (func $filesystem-types "[method]descriptor.append-via-stream")
    (memory $memory)))
  (core func $lowered-descriptor.advise (canon lower (func $filesystem-types "[method]descriptor.advise") (memory $memory)))
  (core func $lowered-descriptor.sync-data (canon lower (func $filesystem-types "[method]descriptor.sync-data") (memory $memory)))
  (core func $lowered-descriptor.get-flags (canon lower (func $filesystem-types "[method]descriptor.get-flags") (memory $memory)))
  (core func $lowered-descriptor.get-type (canon lower (func $filesystem-types "[method]descriptor.get-type") (memory $memory)))
  (core func $lowered-descriptor.set-size (canon lower (func $filesystem-types "[method]descriptor.set-size") (memory $memory)))
  (core func $lowered-descriptor.set-times (canon lower (func $filesystem-types "[method]descriptor.set-times") (memory $memory)))
  (core func $lowered-descriptor.read (canon lower (func $filesystem-types "[method]descriptor.read") (memory $memory) (realloc
    $realloc)))
  (core func $lowered-descriptor.write (canon lower (func $filesystem-types "[method]descriptor.write") (memory $memory) (realloc
    $realloc)))
  (core func $lowered-descriptor.read-directory (canon lower (func $filesystem-types "[method]descriptor.read-directory") (memory
    $memory)))
  (core func $lowered-descriptor.sync (canon lower (func $filesystem-types "[method]descriptor.sync") (memory $memory)))
  (core func $lowered-descriptor.create-directory-at (canon lower (func $filesystem-types "[method]descriptor.create-directory-at")
    (memory $memory) (realloc $realloc)))
  (core func $lowered-descriptor.stat (canon lower (func $filesystem-types "[method]descriptor.stat") (memory $memory)))
  (core func $lowered-descriptor.stat-at (canon lower (func $filesystem-types "[method]descriptor.stat-at") (memory $memory)
    (realloc $realloc)))
  (core func $lowered-descriptor.set-times-at (canon lower (func $filesystem-types "[method]descriptor.set-times-at") (memory
    $memory) (realloc $realloc)))
  (core func $lowered-descriptor.link-at (canon lower (func $filesystem-types "[method]descriptor.link-at") (memory $memory)
    (realloc $realloc)))
  (core func $lowered-descriptor.open-at (canon lower (func $filesystem-types "[method]descriptor.open-at") (memory $memory)
    (realloc $realloc)))
  (core func $lowered-descriptor.readlink-at (canon lower (func $filesystem-types "[method]descriptor.readlink-at") (memory $memory)
    (realloc $realloc)))
  (core func $lowered-descriptor.remove-directory-at (canon lower (func $filesystem-types "[method]descriptor.remove-directory-at")
    (memory $memory) (realloc $realloc)))
  (core func $lowered-descriptor.rename-at (canon lower (func $filesystem-types "[method]descriptor.rename-at") (memory $memory)
    (realloc $realloc)))
  (core func $lowered-descriptor.symlink-at (canon lower (func $filesystem-types "[method]descriptor.symlink-at") (memory $memory)
    (realloc $realloc)))
  (core func $lowered-descriptor.unlink-file-at (canon lower (func $filesystem-types "[method]descriptor.unlink-file-at") (memory
    $memory) (realloc $realloc)))
  (core func $lowered-descriptor.is-same-object (canon lower (func $filesystem-types "[method]descriptor.is-same-object")))
  (core func $lowered-descriptor.metadata-hash (canon lower (func $filesystem-types "[method]descriptor.metadata-hash") (memory
    $memory)))
  (core func $lowered-descriptor.metadata-hash-at (canon lower (func $filesystem-types "[method]descriptor.metadata-hash-at")
    (memory $memory) (realloc $realloc)))
  (core func $lowered-get-directories
    (canon lower (func $filesystem-preopens "get-directories") (memory $memory) (realloc $realloc)))

  (core module $main
    (import "allocator" "memory" (memory 4))
    (import "allocator" "take-back" (func $take-back))
    (import "host" "take" (func $take (result i32)))
    (import "host" "give-back" (func $give-back))
    (import "host" "wrap-input-stream" (func $wrap-input-stream (param i32 i32) (result i32)))
    (import "host" "wrap-output-stream" (func $wrap-output-stream (param i32 i32) (result i32)))
    (import "host" "drop-descriptor" (func $drop-descriptor (param i32)))
    (import "host" "new-descriptor" (func $new-descriptor (param i32) (result i32)))
    (import "host" "get-directories" (func $get-directories (param i32)))
    (import "host" "descriptor.read-via-stream" (func $descriptor.read-via-stream (param i32 i64 i32)))
    (import "host" "descriptor.write-via-stream" (func $descriptor.write-via-stream (param i32 i64 i32)))
    (import "host" "descriptor.append-via-stream" (func $descriptor.append-via-stream (param i32 i32)))
    (import "host" "descriptor.advise" (func $descriptor.advise (param i32 i64 i64 i32 i32)))
    (import "host" "descriptor.sync-data" (func $descriptor.sync-data (param i32 i32)))
    (import "host" "descriptor.get-flags" (func $descriptor.get-flags (param i32 i32)))
    (import "host" "descriptor.get-type" (func $descriptor.get-type (param i32 i32)))
    (import "host" "descriptor.set-size" (func $descriptor.set-size (param i32 i64 i32)))
    (import "host" "descriptor.set-times" (func $descriptor.set-times (param i32 i32 i64 i32 i32 i64 i32 i32)))
    (import "host" "descriptor.read" (func $descriptor.read (param i32 i64 i64 i32)))
    (import "host" "descriptor.write" (func $descriptor.write (param i32 i32 i32 i64 i32)))
    (import "host" "descriptor.read-directory" (func $descriptor.read-directory (param i32 i32)))
    (import "host" "descriptor.sync" (func $descriptor.sync (param i32 i32)))
    (import "host" "descriptor.create-directory-at" (func $descriptor.create-directory-at (param i32 i32 i32 i32)))
    (import "host" "descriptor.stat" (func $descriptor.stat (param i32 i32)))
    (import "host" "descriptor.stat-at" (func $descriptor.stat-at (param i32 i32 i32 i32 i32)))
    (import "host" "descriptor.set-times-at" (func $descriptor.set-times-at (param i32 i32 i32 i32 i32 i64 i32 i32 i64 i32 i32)))
    (import "host" "descriptor.link-at" (func $descriptor.link-at (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (import "host" "descriptor.open-at" (func $descriptor.open-at (param i32 i32 i32 i32 i32 i32 i32)))
    (import "host" "descriptor.readlink-at" (func $descriptor.readlink-at (param i32 i32 i32 i32)))
    (import "host" "descriptor.remove-directory-at" (func $descriptor.remove-directory-at (param i32 i32 i32 i32)))
    (import "host" "descriptor.rename-at" (func $descriptor.rename-at (param i32 i32 i32 i32 i32 i32 i32)))
    (import "host" "descriptor.symlink-at" (func $descriptor.symlink-at (param i32 i32 i32 i32 i32 i32)))
    (import "host" "descriptor.unlink-file-at" (func $descriptor.unlink-file-at (param i32 i32 i32 i32)))
    (import "host" "descriptor.metadata-hash" (func $descriptor.metadata-hash (param i32 i32)))
    (import "host" "descriptor.metadata-hash-at" (func $descriptor.metadata-hash-at (param i32 i32 i32 i32 i32)))

    (func (export "taken-back") (param i32) (call $take-back))

    ;; An answer lies at 0: whether it is an error, and at 4 a handle or the error. These are insufficient-memory and unsupported.
    (func $fail (param $error i32) (result i32)
      (i32.store8 (i32.const 0) (i32.const 1))
      (i32.store8 (i32.const 4) (local.get $error))
      (i32.const 0))
    (func $too-many (result i32) (call $fail (i32.const 22)))
    (func $no-file (result i32) (call $fail (i32.const 27)))
    (func $failed (result i32) (i32.load8_u (i32.const 0)))
    (func $handle (result i32) (i32.load (i32.const 4)))

    ;; A descriptor of the guard for one of Wasmtime's, and whether it was counted.
    (func $wrap (param $handle i32) (param $counted i32) (result i32)
      (if (i32.ge_u (local.get $handle) (i32.const 65536)) (then (unreachable)))
      (i32.store8 offset=1024 (local.get $handle) (local.get $counted))
      (call $new-descriptor (local.get $handle)))

    ;; Whether a type of file is to be refused: what is no folder (3), no symbolic link (5) and no file (6).
    (func $is-refused (param $type i32) (result i32)
      (i32.and
        (i32.ne (local.get $type) (i32.const 3))
        (i32.ge_u (i32.sub (local.get $type) (i32.const 5)) (i32.const 2))))

    ;; Whether what lies at a path is there and is to be refused.
    (func $lies-no-file
      (param $self i32) (param $path-flags i32) (param $path i32) (param $length i32) (result i32)
      (call $descriptor.stat-at
        (local.get $self) (local.get $path-flags) (local.get $path) (local.get $length) (i32.const 256))
      (i32.and
        (i32.eqz (i32.load8_u (i32.const 256)))
        (call $is-refused (i32.load8_u (i32.const 264)))))

    ;; The look before comes first: an open that waits cannot be ended. The one behind is for what was put there in between.
    (func (export "descriptor.open-at")
      (param $self i32) (param $path-flags i32) (param $path i32) (param $length i32) (param $open-flags i32) (param $flags i32)
      (result i32)
      (if (call $lies-no-file (local.get $self) (local.get $path-flags) (local.get $path) (local.get $length))
        (then (return (call $no-file))))
      (if (i32.eqz (call $take)) (then (return (call $too-many))))
      (call $descriptor.open-at
        (local.get $self) (local.get $path-flags) (local.get $path) (local.get $length) (local.get $open-flags) (local.get $flags)
        (i32.const 0))
      (if (call $failed) (then (call $give-back) (return (i32.const 0))))
      (call $descriptor.get-type (call $handle) (i32.const 256))
      (if (i32.or (i32.load8_u (i32.const 256)) (call $is-refused (i32.load8_u (i32.const 257))))
        (then (call $drop-descriptor (call $handle)) (call $give-back) (return (call $no-file))))
      (i32.store (i32.const 4) (call $wrap (call $handle) (i32.const 1)))
      (i32.const 0))

    ;; Wasmtime opens what it sets the times of, to write, so this waits for a FIFO as well. The error of a result without a value
    ;; lies at 1.
    (func (export "descriptor.set-times-at")
      (param $self i32) (param $path-flags i32) (param $path i32) (param $length i32)
      (param $accessed i32) (param $accessed-at i64) (param $accessed-and i32)
      (param $modified i32) (param $modified-at i64) (param $modified-and i32)
      (result i32)
      (if (call $lies-no-file (local.get $self) (local.get $path-flags) (local.get $path) (local.get $length))
        (then (i32.store8 (i32.const 1) (i32.const 27)) (i32.store8 (i32.const 0) (i32.const 1)) (return (i32.const 0))))
      (call $descriptor.set-times-at
        (local.get $self) (local.get $path-flags) (local.get $path) (local.get $length)
        (local.get $accessed) (local.get $accessed-at) (local.get $accessed-and)
        (local.get $modified) (local.get $modified-at) (local.get $modified-and)
        (i32.const 0))
      (i32.const 0))

    (func (export "descriptor.read-via-stream") (param $self i32) (param $offset i64) (result i32)
      (if (i32.eqz (call $take)) (then (return (call $too-many))))
      (call $descriptor.read-via-stream (local.get $self) (local.get $offset) (i32.const 0))
      (if (call $failed) (then (call $give-back) (return (i32.const 0))))
      (i32.store (i32.const 4) (call $wrap-input-stream (call $handle) (i32.const 1)))
      (i32.const 0))
    (func (export "descriptor.write-via-stream") (param $self i32) (param $offset i64) (result i32)
      (if (i32.eqz (call $take)) (then (return (call $too-many))))
      (call $descriptor.write-via-stream (local.get $self) (local.get $offset) (i32.const 0))
      (call $output-stream))
    (func (export "descriptor.append-via-stream") (param $self i32) (result i32)
      (if (i32.eqz (call $take)) (then (return (call $too-many))))
      (call $descriptor.append-via-stream (local.get $self) (i32.const 0))
      (call $output-stream))
    (func $output-stream (result i32)
      (if (call $failed) (then (call $give-back) (return (i32.const 0))))
      (i32.store (i32.const 4) (call $wrap-output-stream (call $handle) (i32.const 1)))
      (i32.const 0))

    ;; The folders that were granted are not counted: they were open before, and are not opened again.
    (func (export "get-directories") (result i32)
      (local $at i32) (local $end i32)
      (call $get-directories (i32.const 0))
      (local.set $at (i32.load (i32.const 0)))
      (local.set $end (i32.add (local.get $at) (i32.mul (i32.load (i32.const 4)) (i32.const 12))))
      (block $done
        (loop $next
          (br_if $done (i32.eq (local.get $at) (local.get $end)))
          (i32.store (local.get $at) (call $wrap (i32.load (local.get $at)) (i32.const 0)))
          (local.set $at (i32.add (local.get $at) (i32.const 12)))
          (br $next)))
      (i32.const 0))

    ;; The rest goes on as it came.
    (func (export "descriptor.advise") (param i32 i64 i64 i32) (result i32)
      (call $descriptor.advise (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.sync-data") (param i32) (result i32)
      (call $descriptor.sync-data (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.get-flags") (param i32) (result i32)
      (call $descriptor.get-flags (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.get-type") (param i32) (result i32)
      (call $descriptor.get-type (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.set-size") (param i32 i64) (result i32)
      (call $descriptor.set-size (local.get 0) (local.get 1) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.set-times") (param i32 i32 i64 i32 i32 i64 i32) (result i32)
      (call $descriptor.set-times (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)
        (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.read") (param i32 i64 i64) (result i32)
      (call $descriptor.read (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.write") (param i32 i32 i32 i64) (result i32)
      (call $descriptor.write (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.read-directory") (param i32) (result i32)
      (call $descriptor.read-directory (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.sync") (param i32) (result i32)
      (call $descriptor.sync (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.create-directory-at") (param i32 i32 i32) (result i32)
      (call $descriptor.create-directory-at (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.stat") (param i32) (result i32)
      (call $descriptor.stat (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.stat-at") (param i32 i32 i32 i32) (result i32)
      (call $descriptor.stat-at (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.link-at") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
      (call $descriptor.link-at (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)
        (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.readlink-at") (param i32 i32 i32) (result i32)
      (call $descriptor.readlink-at (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.remove-directory-at") (param i32 i32 i32) (result i32)
      (call $descriptor.remove-directory-at (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.rename-at") (param i32 i32 i32 i32 i32 i32) (result i32)
      (call $descriptor.rename-at (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.symlink-at") (param i32 i32 i32 i32 i32) (result i32)
      (call $descriptor.symlink-at (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.unlink-file-at") (param i32 i32 i32) (result i32)
      (call $descriptor.unlink-file-at (local.get 0) (local.get 1) (local.get 2) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.metadata-hash") (param i32) (result i32)
      (call $descriptor.metadata-hash (local.get 0) (i32.const 0))
      (i32.const 0))
    (func (export "descriptor.metadata-hash-at") (param i32 i32 i32 i32) (result i32)
      (call $descriptor.metadata-hash-at (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 0))
      (i32.const 0))
  )
  (core instance $main (instantiate $main
    (with "allocator" (instance $allocator))
    (with "host" (instance
      (export "take" (func $lowered-take))
      (export "give-back" (func $lowered-give-back))
      (export "wrap-input-stream" (func $lowered-wrap-input-stream))
      (export "wrap-output-stream" (func $lowered-wrap-output-stream))
      (export "drop-descriptor" (func $drop-descriptor))
      (export "new-descriptor" (func $new-descriptor))
      (export "get-directories" (func $lowered-get-directories))
      (export "descriptor.read-via-stream" (func $lowered-descriptor.read-via-stream))
      (export "descriptor.write-via-stream" (func $lowered-descriptor.write-via-stream))
      (export "descriptor.append-via-stream" (func $lowered-descriptor.append-via-stream))
      (export "descriptor.advise" (func $lowered-descriptor.advise))
      (export "descriptor.sync-data" (func $lowered-descriptor.sync-data))
      (export "descriptor.get-flags" (func $lowered-descriptor.get-flags))
      (export "descriptor.get-type" (func $lowered-descriptor.get-type))
      (export "descriptor.set-size" (func $lowered-descriptor.set-size))
      (export "descriptor.set-times" (func $lowered-descriptor.set-times))
      (export "descriptor.read" (func $lowered-descriptor.read))
      (export "descriptor.write" (func $lowered-descriptor.write))
      (export "descriptor.read-directory" (func $lowered-descriptor.read-directory))
      (export "descriptor.sync" (func $lowered-descriptor.sync))
      (export "descriptor.create-directory-at" (func $lowered-descriptor.create-directory-at))
      (export "descriptor.stat" (func $lowered-descriptor.stat))
      (export "descriptor.stat-at" (func $lowered-descriptor.stat-at))
      (export "descriptor.set-times-at" (func $lowered-descriptor.set-times-at))
      (export "descriptor.link-at" (func $lowered-descriptor.link-at))
      (export "descriptor.open-at" (func $lowered-descriptor.open-at))
      (export "descriptor.readlink-at" (func $lowered-descriptor.readlink-at))
      (export "descriptor.remove-directory-at" (func $lowered-descriptor.remove-directory-at))
      (export "descriptor.rename-at" (func $lowered-descriptor.rename-at))
      (export "descriptor.symlink-at" (func $lowered-descriptor.symlink-at))
      (export "descriptor.unlink-file-at" (func $lowered-descriptor.unlink-file-at))
      (export "descriptor.metadata-hash" (func $lowered-descriptor.metadata-hash))
      (export "descriptor.metadata-hash-at" (func $lowered-descriptor.metadata-hash-at))))))

  (func (export "get-directories") (result (list (tuple (own $own-descriptor) string)))
    (canon lift (core func $main "get-directories") (memory $memory) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.read-via-stream") (param "self" (borrow $own-descriptor)) (param "offset" $fs-filesize) (result
    (result (own $own-input-stream) (error $fs-error-code))) (canon lift (core func $main "descriptor.read-via-stream") (memory
    $memory)))
  (func (export "[method]descriptor.write-via-stream") (param "self" (borrow $own-descriptor)) (param "offset" $fs-filesize) (result
    (result (own $own-output-stream) (error $fs-error-code))) (canon lift (core func $main "descriptor.write-via-stream") (memory
    $memory)))
  (func (export "[method]descriptor.append-via-stream") (param "self" (borrow $own-descriptor)) (result (result (own
    $own-output-stream) (error $fs-error-code))) (canon lift (core func $main "descriptor.append-via-stream") (memory $memory)))
  (func (export "[method]descriptor.advise") (param "self" (borrow $own-descriptor)) (param "offset" $fs-filesize) (param "length"
    $fs-filesize) (param "advice" $fs-advice) (result (result (error $fs-error-code))) (canon lift (core func $main
    "descriptor.advise") (memory $memory)))
  (func (export "[method]descriptor.sync-data") (param "self" (borrow $own-descriptor)) (result (result (error $fs-error-code)))
    (canon lift (core func $main "descriptor.sync-data") (memory $memory)))
  (func (export "[method]descriptor.get-flags") (param "self" (borrow $own-descriptor)) (result (result $fs-descriptor-flags (error
    $fs-error-code))) (canon lift (core func $main "descriptor.get-flags") (memory $memory)))
  (func (export "[method]descriptor.get-type") (param "self" (borrow $own-descriptor)) (result (result $fs-descriptor-type (error
    $fs-error-code))) (canon lift (core func $main "descriptor.get-type") (memory $memory)))
  (func (export "[method]descriptor.set-size") (param "self" (borrow $own-descriptor)) (param "size" $fs-filesize) (result (result
    (error $fs-error-code))) (canon lift (core func $main "descriptor.set-size") (memory $memory)))
  (func (export "[method]descriptor.set-times") (param "self" (borrow $own-descriptor)) (param "data-access-timestamp"
    $fs-new-timestamp) (param "data-modification-timestamp" $fs-new-timestamp) (result (result (error $fs-error-code))) (canon lift
    (core func $main "descriptor.set-times") (memory $memory)))
  (func (export "[method]descriptor.read") (param "self" (borrow $own-descriptor)) (param "length" $fs-filesize) (param "offset"
    $fs-filesize) (result (result (tuple (list u8) bool) (error $fs-error-code))) (canon lift (core func $main "descriptor.read")
    (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.write") (param "self" (borrow $own-descriptor)) (param "buffer" (list u8)) (param "offset"
    $fs-filesize) (result (result $fs-filesize (error $fs-error-code))) (canon lift (core func $main "descriptor.write") (memory
    $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.read-directory") (param "self" (borrow $own-descriptor)) (result (result (own
    $fs-directory-entry-stream) (error $fs-error-code))) (canon lift (core func $main "descriptor.read-directory") (memory
    $memory)))
  (func (export "[method]descriptor.sync") (param "self" (borrow $own-descriptor)) (result (result (error $fs-error-code))) (canon
    lift (core func $main "descriptor.sync") (memory $memory)))
  (func (export "[method]descriptor.create-directory-at") (param "self" (borrow $own-descriptor)) (param "path" string) (result
    (result (error $fs-error-code))) (canon lift (core func $main "descriptor.create-directory-at") (memory $memory) (realloc
    $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.stat") (param "self" (borrow $own-descriptor)) (result (result $fs-descriptor-stat (error
    $fs-error-code))) (canon lift (core func $main "descriptor.stat") (memory $memory)))
  (func (export "[method]descriptor.stat-at") (param "self" (borrow $own-descriptor)) (param "path-flags" $fs-path-flags) (param
    "path" string) (result (result $fs-descriptor-stat (error $fs-error-code))) (canon lift (core func $main "descriptor.stat-at")
    (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.set-times-at") (param "self" (borrow $own-descriptor)) (param "path-flags" $fs-path-flags)
    (param "path" string) (param "data-access-timestamp" $fs-new-timestamp) (param "data-modification-timestamp" $fs-new-timestamp)
    (result (result (error $fs-error-code))) (canon lift (core func $main "descriptor.set-times-at") (memory $memory) (realloc
    $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.link-at") (param "self" (borrow $own-descriptor)) (param "old-path-flags" $fs-path-flags) (param
    "old-path" string) (param "new-descriptor" (borrow $own-descriptor)) (param "new-path" string) (result (result (error
    $fs-error-code))) (canon lift (core func $main "descriptor.link-at") (memory $memory) (realloc $realloc) (post-return (core func
    $main "taken-back"))))
  (func (export "[method]descriptor.open-at") (param "self" (borrow $own-descriptor)) (param "path-flags" $fs-path-flags) (param
    "path" string) (param "open-flags" $fs-open-flags) (param "flags" $fs-descriptor-flags) (result (result (own $own-descriptor)
    (error $fs-error-code))) (canon lift (core func $main "descriptor.open-at") (memory $memory) (realloc $realloc) (post-return
    (core func $main "taken-back"))))
  (func (export "[method]descriptor.readlink-at") (param "self" (borrow $own-descriptor)) (param "path" string) (result (result
    string (error $fs-error-code))) (canon lift (core func $main "descriptor.readlink-at") (memory $memory) (realloc $realloc)
    (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.remove-directory-at") (param "self" (borrow $own-descriptor)) (param "path" string) (result
    (result (error $fs-error-code))) (canon lift (core func $main "descriptor.remove-directory-at") (memory $memory) (realloc
    $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.rename-at") (param "self" (borrow $own-descriptor)) (param "old-path" string) (param
    "new-descriptor" (borrow $own-descriptor)) (param "new-path" string) (result (result (error $fs-error-code))) (canon lift (core
    func $main "descriptor.rename-at") (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.symlink-at") (param "self" (borrow $own-descriptor)) (param "old-path" string) (param "new-path"
    string) (result (result (error $fs-error-code))) (canon lift (core func $main "descriptor.symlink-at") (memory $memory) (realloc
    $realloc) (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.unlink-file-at") (param "self" (borrow $own-descriptor)) (param "path" string) (result (result
    (error $fs-error-code))) (canon lift (core func $main "descriptor.unlink-file-at") (memory $memory) (realloc $realloc)
    (post-return (core func $main "taken-back"))))
  (func (export "[method]descriptor.is-same-object") (param "self" (borrow $own-descriptor)) (param "other" (borrow
    $own-descriptor)) (result bool) (canon lift (core func $lowered-descriptor.is-same-object)))
  (func (export "[method]descriptor.metadata-hash") (param "self" (borrow $own-descriptor)) (result (result $fs-metadata-hash-value
    (error $fs-error-code))) (canon lift (core func $main "descriptor.metadata-hash") (memory $memory)))
  (func (export "[method]descriptor.metadata-hash-at") (param "self" (borrow $own-descriptor)) (param "path-flags" $fs-path-flags)
    (param "path" string) (result (result $fs-metadata-hash-value (error $fs-error-code))) (canon lift (core func $main
    "descriptor.metadata-hash-at") (memory $memory) (realloc $realloc) (post-return (core func $main "taken-back"))))
