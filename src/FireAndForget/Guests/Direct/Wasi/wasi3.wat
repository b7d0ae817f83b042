;; The interfaces of WASI 0.3 that the direct runtime offers, as a component that imports all of them; see wasi.wat. Interfaces and types as
;; in https://github.com/WebAssembly/WASI, version 0.3.0.
(component
  (import "wasi:cli/environment@0.3.0" (instance
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "get-arguments" (func (result (list string))))
    (export "get-initial-cwd" (func (result (option string))))))
  (import "wasi:cli/exit@0.3.0" (instance
    (export "exit" (func (param "status" (result))))
    (export "exit-with-code" (func (param "status-code" u8)))))
  (import "wasi:cli/terminal-input@0.3.0" (instance $terminal-input
    (export "terminal-input" (type (sub resource)))))
  (import "wasi:cli/terminal-output@0.3.0" (instance $terminal-output
    (export "terminal-output" (type (sub resource)))))
  (alias export $terminal-input "terminal-input" (type $input))
  (alias export $terminal-output "terminal-output" (type $output))
  (import "wasi:cli/terminal-stdin@0.3.0" (instance
    (export "terminal-input" (type $terminal (eq $input)))
    (export "get-terminal-stdin" (func (result (option (own $terminal)))))))
  (import "wasi:cli/terminal-stdout@0.3.0" (instance
    (export "terminal-output" (type $terminal (eq $output)))
    (export "get-terminal-stdout" (func (result (option (own $terminal)))))))
  (import "wasi:cli/terminal-stderr@0.3.0" (instance
    (export "terminal-output" (type $terminal (eq $output)))
    (export "get-terminal-stderr" (func (result (option (own $terminal)))))))
  (import "wasi:clocks/types@0.3.0" (instance $clock-types
    (type $of-duration u64)
    (export "duration" (type (eq $of-duration)))))
  (alias export $clock-types "duration" (type $duration))
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance
    (export "duration" (type $span (eq $duration)))
    (type $of-mark u64)
    (export "mark" (type $mark (eq $of-mark)))
    (export "now" (func (result $mark)))
    (export "get-resolution" (func (result $span)))
    (export "wait-until" (func async (param "when" $mark)))
    (export "wait-for" (func async (param "how-long" $span)))))
  (import "wasi:clocks/system-clock@0.3.0" (instance
    (export "duration" (type $span (eq $duration)))
    (type $of-instant (record (field "seconds" s64) (field "nanoseconds" u32)))
    (export "instant" (type $instant (eq $of-instant)))
    (export "now" (func (result $instant)))
    (export "get-resolution" (func (result $span)))))
  (import "wasi:random/random@0.3.0" (instance
    (export "get-random-bytes" (func (param "max-len" u64) (result (list u8))))
    (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/insecure@0.3.0" (instance
    (export "get-insecure-random-bytes" (func (param "max-len" u64) (result (list u8))))
    (export "get-insecure-random-u64" (func (result u64)))))
  (import "wasi:random/insecure-seed@0.3.0" (instance
    (export "get-insecure-seed" (func (result (tuple u64 u64)))))))
