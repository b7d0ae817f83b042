using FireAndForget.Dispatching;
using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests.Guests;

/// <summary>WAT of components, put together from the parts that a test is not about and the one that it is.</summary>
internal static class MessengerWat
{
    public const string Interface = "fire-and-forget:messaging/host-messaging@1.0.0";

    public const string SendErrorCases =
        "\"invalid-message\" \"target-not-found\" \"capability-denied\" \"unsupported-codec\" "
        + "\"payload-too-large\" \"queue-full\" \"rate-limited\" \"closed\"";

    public const string HandleType = "(param \"sender\" string) (param \"message\" (list u8)) (result (result))";

    /// <summary>A core module with what <c>handle-message</c> is lifted from.</summary>
    public const string Module = """
        (core module $m
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 16)
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0)
            (func (export "post") (param i32)))
        """;

    public const string Options = "(memory (core memory $i \"memory\")) (realloc (core func $i \"cabi_realloc\"))";

    public static string Lift(string options = Options, string type = HandleType) =>
        $"(func $h {type} (canon lift (core func $i \"handle-message\") {options}))\n";

    /// <summary>A receiver with more definitions before its own.</summary>
    public static string Receiver(string before = "", string after = "", string lift = "", string module = Module) =>
        $"""
            (component
                {before}
                {module}
                (core instance $i (instantiate $m))
                {(lift.Length == 0 ? Lift() : lift)}
                (export "handle-message" (func $h))
                {after})
            """;

    /// <summary>The import of host-messaging; each of its parts can be another one.</summary>
    public static string HostMessaging(
        string cases = SendErrorCases,
        string send = "(func (param \"target\" string) (param \"message\" (list u8)) (result (result (error $e))))",
        string more = "",
        string name = Interface
    ) =>
        $"""
            (import "{name}" (instance $host
                (type $cases (enum {cases}))
                (export "send-error" (type $e (eq $cases)))
                (export "send" {send})
                (export "self-id" (func (result string)))
                {more}))
            """;
}
