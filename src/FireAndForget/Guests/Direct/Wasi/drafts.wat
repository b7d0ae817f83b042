;; The interfaces beside WASI 0.2 that are drafts yet, each in the one shape that it has in the versions of WasiInterfaces.cs, as a
;; component that imports all of them; see wasi.wat. From https://github.com/WebAssembly/wasi-config and
;; https://github.com/WebAssembly/wasi-logging.
(component
  (import "wasi:config/store@0.2.0-rc.1" (instance $config-store
    (type $of-error (variant (case "upstream" string) (case "io" string)))
    (export "error" (type $error (eq $of-error)))
    (export "get" (func (param "key" string) (result (result (option string) (error $error)))))
    (export "get-all" (func (result (result (list (tuple string string)) (error $error)))))))
  (import "wasi:logging/logging@0.1.0-draft" (instance $logging-logging
    (type $of-level (enum "trace" "debug" "info" "warn" "error" "critical"))
    (export "level" (type $level (eq $of-level)))
    (export "log" (func (param "level" $level) (param "context" string) (param "message" string))))))
