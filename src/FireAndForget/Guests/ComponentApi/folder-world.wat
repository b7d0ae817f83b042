;; What a component that is granted folders gets, behind the imports of wasi.wat and the definitions of the guards.
  (import "fire-and-forget:host/open-files" (instance $open-files
    (export "take" (func (result bool)))
    (export "give-back" (func))))
  (instance $streams (instantiate $stream-guard
    (with "fire-and-forget:host/open-files" (instance $open-files))
    ;; {wasi}
    ))
  (alias export $streams "input-stream" (type $guarded-input-stream))
  (alias export $streams "output-stream" (type $guarded-output-stream))
  (alias export $streams "wrap-input-stream" (func $wrap-input-stream))
  (alias export $streams "wrap-output-stream" (func $wrap-output-stream))
  (instance $folders (instantiate $folder-guard
    (with "fire-and-forget:host/open-files" (instance $open-files))
    (with "input-stream" (type $guarded-input-stream))
    (with "output-stream" (type $guarded-output-stream))
    (with "wrap-input-stream" (func $wrap-input-stream))
    (with "wrap-output-stream" (func $wrap-output-stream))
    ;; {wasi}
    ))
  (instance $tcp (instantiate $tcp-guard
    (with "input-stream" (type $guarded-input-stream))
    (with "output-stream" (type $guarded-output-stream))
    ;; {wasi}
    ))
  (instance $standard (instantiate $standard-guard
    (with "input-stream" (type $guarded-input-stream))
    (with "output-stream" (type $guarded-output-stream))
    (with "wrap-input-stream" (func $wrap-input-stream))
    (with "wrap-output-stream" (func $wrap-output-stream))
    ;; {wasi}
    ))
  (instance $preopens
    (export "descriptor" (type $folders "descriptor"))
    (export "get-directories" (func $folders "get-directories")))
  (instance $stdin
    (export "input-stream" (type $guarded-input-stream))
    (export "get-stdin" (func $standard "get-stdin")))
  (instance $stdout
    (export "output-stream" (type $guarded-output-stream))
    (export "get-stdout" (func $standard "get-stdout")))
  (instance $stderr
    (export "output-stream" (type $guarded-output-stream))
    (export "get-stderr" (func $standard "get-stderr")))
