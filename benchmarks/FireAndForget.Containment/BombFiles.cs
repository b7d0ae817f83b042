// The guests of the bombs, in WebAssembly's text format.

using System.Globalization;
using System.Text;

namespace FireAndForget.Containment;

internal static class BombFiles
{
    /// <summary>The exports of every receiver except its handler.</summary>
    private const string MemoryAndRealloc = """
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        """;

    private const string Handler = """(export "handle-message") (param i32 i32 i32 i32) (result i32)""";

    /// <summary>What a component imports to send.</summary>
    private const string Messaging = """
        (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $messaging
          (type $e (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
            "payload-too-large" "queue-full" "rate-limited" "closed"))
          (export "send-error" (type $send-error (eq $e)))
          (export "send" (func (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
          (export "self-id" (func (result string)))))
        """;

    /// <summary>A core module that handles every message, and has more functions.</summary>
    public static string Module(string more) => $"(module {MemoryAndRealloc} (func {Handler} i32.const 0) {more})";

    /// <summary>A component that handles every message, with parts behind it that it does not use.</summary>
    public static string Component(string more) => Component($"{MemoryAndRealloc} (func {Handler} i32.const 0)", more);

    /// <summary>A module with a number of memories, instantiated a number of times.</summary>
    public static string Memories(int memories, int instances) =>
        Component(
            $"(core module $p {Repeat("(memory 0)", memories)}){Repeat("(core instance (instantiate $p))", instances)}"
        );

    /// <summary>Instances, each of which is given a function under a name of the given length.</summary>
    public static string LongNames(int length, int instances)
    {
        string name = new('n', length);
        return Component(
            $"""
            (core module $f (func (export "{name}")))
            (core instance $f (instantiate $f))
            (core module $n (import "m" "{name}" (func)))
            {Repeat("(core instance (instantiate $n (with \"m\" (instance $f))))", instances)}
            """
        );
    }

    /// <summary>Nested loops, each with a number of parameters and results.</summary>
    public static string Parameters(int values, int loops) =>
        Module(
            $"(func {Repeat("i32.const 1 ", values)}"
                + Repeat($"loop (param {Repeat("i32 ", values)}) (result {Repeat("i32 ", values)}) ", loops)
                + Repeat("i32.const 0 br_if 0 end ", loops)
                + $"{Repeat("drop ", values)})"
        );

    /// <summary>Nested loops, each of which changes a few of many locals.</summary>
    public static string Loops(int loops, int locals)
    {
        StringBuilder text = new($"(func {Repeat("(local i32)", locals)}");
        for (int i = 0; i < loops; i++)
        {
            Append(text, $"loop {Sum(i % locals, ((i * 31) + 7) % locals, ((i * 17) + 3) % locals)}");
        }

        for (int i = 0; i < loops; i++)
        {
            Append(text, $"local.get {i * 13 % locals} br_if 0 end ");
        }

        return Module(text.Append(')').ToString());
    }

    /// <summary>One loop that changes many locals many times.</summary>
    public static string Locals(int locals, int sums)
    {
        StringBuilder text = new($"(func {Repeat("(local i32)", locals)} loop ");
        for (long i = 0; i < sums; i++)
        {
            text.Append(Sum(i % locals, ((i * 7919) + 1) % locals, ((i * 104_729) + 3) % locals));
        }

        return Module(text.Append("br 0 end)").ToString());
    }

    /// <summary>Instances of a module that imports one function of the host many times, behind a receiver that traps.</summary>
    public static string Imports(int imports, int instances) =>
        $"""
            (component
              {Messaging}
              (core module $m {MemoryAndRealloc} (func {Handler} unreachable))
              (core instance $i (instantiate $m))
              (core func $send (canon lower (func $messaging "send") (memory (core memory $i "memory"))))
              (core module $g {Repeat("(import \"\" \"\" (func (param i32 i32 i32 i32 i32)))", imports)})
              {Repeat("(core instance (instantiate $g (with \"\" (instance (export \"\" (func $send))))))", instances)}
              {Lift})
            """;

    /// <summary>Instances of a module with many globals.</summary>
    public static string Globals(int globals, int instances) =>
        Component(
            $"(core module $g {Repeat("(global (mut i64) (i64.const 1))", globals)})"
                + Repeat("(core instance (instantiate $g))", instances)
        );

    /// <summary>
    /// A receiver that traps in a function whose demangled name has <paramref name="parts"/> parts to the power of <paramref
    /// name="power"/>.
    /// </summary>
    public static string MangledName(int parts, int power)
    {
        StringBuilder name = new($"_Z1f1AI{Repeat("i", parts + 1)}E");
        for (int i = 0; i < power; i++)
        {
            Append(name, $"S_I{Repeat($"S{i}_", parts)}E");
        }

        return $"(module {MemoryAndRealloc} (func ${name} {Handler} unreachable))";
    }

    /// <summary>At each message, a message to itself and a thousand to nobody.</summary>
    public static string Refusals() =>
        """
            (module
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "nobody") (data (i32.const 16) "bomb")
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (local $n i32)
                (drop (call $send (i32.const 16) (i32.const 4) (i32.const 0) (i32.const 1)))
                (loop $again
                  (drop (call $send (i32.const 0) (i32.const 6) (i32.const 0) (i32.const 1)))
                  (local.set $n (i32.add (local.get $n) (i32.const 1)))
                  (br_if $again (i32.lt_u (local.get $n) (i32.const 1000))))
                (i32.const 0)))
            """;

    /// <summary>At one message, sends messages of a length to the endpoint until one is refused.</summary>
    public static string LargeMessages(int length) =>
        $"""
            (module
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1000)
              (data (i32.const 0) "client")
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                (loop $again (br_if $again
                  (i32.eqz (call $send (i32.const 0) (i32.const 6) (i32.const 0) (i32.const {length})))))
                (i32.const 1)))
            """;

    /// <summary>A component that sends to a target with a name of the given length, and has room for such a message.</summary>
    public static string LongTarget(int length) =>
        $"""
            (component
              {Messaging}
              (core module $memory (memory (export "memory") 1000)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024))
              (core instance $memory (instantiate $memory))
              (core func $send (canon lower (func $messaging "send") (memory (core memory $memory "memory"))))
              (core module $m
                (import "m" "send" (func $send (param i32 i32 i32 i32 i32)))
                (import "m" "memory" (memory 1))
                (func {Handler}
                  (memory.fill (i32.const 1024) (i32.const 97) (i32.const {length}))
                  (call $send (i32.const 1024) (i32.const {length}) (i32.const 0) (i32.const 0) (i32.const 16))
                  (i32.const 0)))
              (core instance $i (instantiate $m (with "m" (instance
                (export "send" (func $send)) (export "memory" (memory $memory "memory"))))))
              {LiftOf("$memory")})
            """;

    /// <summary>A component with room for a message of up to a number of pages.</summary>
    public static string Room(int pages) =>
        Component(
            $"""
            (memory (export "memory") {pages})
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
            (func {Handler} i32.const 0)
            """,
            ""
        );

    private static string Lift => LiftOf("$i");

    private static string Component(string module, string more) =>
        $"(component (core module $m {module}) (core instance $i (instantiate $m)) {more} {Lift})";

    private static string LiftOf(string memory) =>
        $"""
            (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
              (canon lift (core func $i "handle-message")
                (memory (core memory {memory} "memory")) (realloc (core func {memory} "cabi_realloc"))))
            """;

    private static string Sum(long one, long other, long into) =>
        string.Create(CultureInfo.InvariantCulture, $"local.get {one} local.get {other} i32.add local.set {into} ");

    private static StringBuilder Append(StringBuilder text, FormattableString more) =>
        text.Append(more.ToString(CultureInfo.InvariantCulture));

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
