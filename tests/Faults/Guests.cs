namespace FireAndForget.Tests.Faults;

/// <summary>Guests, as WAT.</summary>
internal static class Guests
{
    /// <summary>Divides 1 by what its message is long.</summary>
    public const string Divider = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (i32.and (i32.div_s (i32.const 1) (local.get 3)) (i32.const 0))))
        """;

    /// <summary>Divides the least number by -1.</summary>
    public const string Overflower = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (i32.and (i32.div_s (i32.const 0x80000000) (i32.sub (local.get 3) (i32.const 2))) (i32.const 0))))
        """;

    public const string OutOfBounds = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.load (i32.const 0x7fffffff))))
        """;

    public const string Unreachable = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
        """;

    /// <summary>Calls a null reference out of its table.</summary>
    public const string NullCaller = """
        (module
          (table 1 funcref)
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (call_indirect (result i32) (i32.const 0))))
        """;

    /// <summary>Calls itself until its stack is used up.</summary>
    public const string Recursive = """
        (module
          (memory (export "memory") 1)
          (func $deeper (result i32) (i32.add (call $deeper) (i32.const 1)))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (call $deeper)))
        """;

    /// <summary>Does nothing.</summary>
    public const string Quiet = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
        """;

    /// <summary>Sends to nobody, which is refused: the host logs that while the guest is on the stack.</summary>
    public const string Refused = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "nobody")
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (drop (call $send (i32.const 0) (i32.const 6) (i32.const 0) (i32.const 1)))
            (i32.const 0)))
        """;
}
