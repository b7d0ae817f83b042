using System.Text;
using FireAndForget.Guests.Decoding;
using Xunit;
using static FireAndForget.Tests.Guests.DecodedWat;

namespace FireAndForget.Tests.Guests;

/// <summary>What is refused, what goes to the component API, and the reason that is told.</summary>
public class GuestDecoderRefusalTests
{
    private static string Refused(byte[] bytes) =>
        Assert.Throws<ComponentLoadException>(() => GuestDecoder.Decode(bytes)).Message;

    /// <summary>What a guest is refused for: its text, how the refusal starts, what else it says, and whether it could receive.</summary>
    public static TheoryData<string, string, string, bool> RefusedGuests =>
        new()
        {
            { CoreWat().Replace("\"memory\"", "\"other\""), "it exports no memory (expected a memory)", "other", true },
            {
                CoreWat().Replace("\"cabi_realloc\"", "\"other\""),
                "it exports no cabi_realloc (expected (i32, i32, i32, i32) -> i32)",
                "other",
                true
            },
            {
                CoreWat().Replace("\"handle-message\"", "\"other\""),
                "it exports no handle-message (expected (i32, i32, i32, i32) -> i32), nor handle-request, handle-reply or handle-topic",
                "other",
                false
            },
            {
                CoreWat(handle: "(param i64 f32) (result i32 i32) i32.const 0 i32.const 0"),
                "handle-message has type (i64, f32) -> (i32, i32), expected (i32, i32, i32, i32) -> i32. ",
                "",
                false
            },
            {
                "(module (memory (export \"handle-message\") 1))",
                "handle-message is no function (it is exported as: memory)",
                "",
                false
            },
            { CoreWat(memory: "(memory (export \"memory\") i64 1)"), "", "64-bit memory", true },
            { CoreWat(memory: "(memory (export \"memory\") 1 2 shared)"), "", "shared memory", true },
            {
                CoreWat("(import \"wasi_snapshot_preview1\" \"fd_open\" (func))"),
                "it imports wasi_snapshot_preview1.fd_open, ",
                "wasm-tools component new EMBEDDED -o COMPONENT --adapt wasi_snapshot_preview1=",
                true
            },
            {
                CoreWat("(import \"a:b/c@1.0.0\" \"f\" (func))"),
                "it imports a:b/c@1.0.0.f, ",
                "wasm-tools component embed messaging.wit FILE",
                true
            },
            {
                CoreWat(
                    "(@custom \"component-type:messenger\" \"\") (import \"wasi_snapshot_preview1\" \"fd_open\" (func))"
                ),
                "it imports wasi_snapshot_preview1.fd_open, ",
                "wasm-tools component new FILE -o COMPONENT --adapt wasi_snapshot_preview1=",
                true
            },
            {
                CoreWat("(import \"env\" \"print\" (func))"),
                "it imports env.print, ",
                "Build it with the exports and imports of the core contract",
                true
            },
            {
                CoreWat(string.Concat(Enumerable.Range(0, 50).Select(i => $"(import \"a\" \"{i}\" (func))"))),
                "it imports a.0, a.1, a.2, ",
                "a.11 and 38 more, which the host",
                true
            },
            { "(module (func (export \"a\\0ab\\1b[31m\")))", "", "it exports \"a\\u{a}b\\u{1b}[31m\". ", false },
            {
                "(component (instance $i) (export \"handle-message\" (instance $i)))",
                "handle-message is no function (it is exported as: instance)",
                "",
                false
            },
        };

    [Theory]
    [MemberData(nameof(RefusedGuests))]
    public void Decode_GuestThatCannotReceiveOrRun_RefusalSaysWhy(string wat, string start, string words, bool receives)
    {
        GuestDescription guest = DecodeWat(wat);

        Assert.StartsWith(start, guest.Refusal);
        Assert.Contains(words, guest.Refusal);
        Assert.Equal(receives, guest.Receives);
        Assert.Equal(guest.Refusal, guest.Reason);
        Assert.Null(guest.Plan);
    }

    /// <summary>The types that a component's <c>handle-message</c> does not have, and their names.</summary>
    [Theory]
    [InlineData("(param \"a\" string) (param \"b\" string) (result (result))", "func(a: string, b: string) -> result")]
    [InlineData(
        "(param \"a\" string) (param \"b\" (list s8)) (result (result))",
        "func(a: string, b: list<s8>) -> result"
    )]
    [InlineData("(param \"a\" string) (param \"b\" (list u8)) (result u32)", "func(a: string, b: list<u8>) -> u32")]
    [InlineData(
        "(param \"a\" string) (param \"b\" (list u8)) (result (result (error u8)))",
        "func(a: string, b: list<u8>) -> result<_, u8>"
    )]
    [InlineData(
        "(param \"a\" u64) (param \"b\" f64) (result (result (error u8)))",
        "func(a: u64, b: f64) -> result<_, u8>"
    )]
    [InlineData(
        "(param \"a\" string) (param \"b\" (list u8 4)) (result (result))",
        "func(a: string, b: list<u8, 4>) -> result"
    )]
    public void Decode_HandleMessageOfAnotherType_RefusalNamesIt(string type, string words) =>
        Decode_GuestThatCannotReceiveOrRun_RefusalSaysWhy(
            MessengerWat.Receiver(lift: MessengerWat.Lift(type: type)),
            $"handle-message has type {words}, expected func(sender: string, message: list<u8>) -> result "
                + "or func(sender: string, message: list<u8>) -> result<_, string>. ",
            "",
            receives: false
        );

    /// <summary>What only the component API can run, and the reason.</summary>
    public static TheoryData<string, string> GuestsOfTheComponentApi =>
        new()
        {
            {
                MessengerWat.Receiver(lift: MessengerWat.Lift(MessengerWat.Options + " string-encoding=utf16")),
                "handle-message uses string encoding utf16"
            },
            {
                MessengerWat.Receiver(
                    MessengerWat.HostMessaging(),
                    """
                    (core func $s (canon lower (func $host "self-id") string-encoding=latin1+utf16
                        (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
                    """ + Using("s", "(param i32)")
                ),
                $"{MessengerWat.Interface}#self-id uses string encoding latin1+utf16"
            },
            {
                MessengerWat.Receiver(
                    after: "(type $r (resource (rep i32))) (core func $f (canon resource.new $r))"
                        + Using("f", "(param i32) (result i32)")
                ),
                "it uses the canonical built-in resource.new"
            },
            {
                MessengerWat.Receiver(
                    after: "(type $r (resource (rep i32))) (core func $f (canon resource.drop $r))"
                        + Using("f", "(param i32)")
                ),
                "a resource that it defines"
            },
            {
                MessengerWat.Receiver(
                    """
                    (import "wasi:io/error@0.2.3" (instance $errors (export "error" (type (sub resource)))))
                    (alias export $errors "error" (type $error))
                    (core func $f (canon resource.drop $error))
                    """,
                    lift: MessengerWat.Lift($"{MessengerWat.Options} (post-return (core func $f))")
                ),
                "a handler or what serves it is a function of the host"
            },
            {
                MessengerWat.Receiver(
                    after: "(func $x (param \"a\" u32) (canon lift (core func $i \"post\")))"
                        + "(core func $f (canon lower (func $x)))"
                        + Using("f", "(param i32)")
                ),
                "a function of its own"
            },
            {
                MessengerWat.Receiver(
                    after: """
                    (core module $n (func (export "run")))
                    (core instance $r (instantiate $n))
                    (func $run (canon lift (core func $r "run")))
                    (start $run)
                    """
                ),
                "the component has a start function"
            },
            {
                MessengerWat.Receiver(
                    module: MessengerWat.Module.Replace("(memory (export", "(memory i64 1) (memory (export")
                ),
                "a core module of it has a 64-bit memory"
            },
        };

    [Theory]
    [MemberData(nameof(GuestsOfTheComponentApi))]
    public void Decode_GuestThatTheDirectRuntimeDoesNotRun_GoesToTheComponentApi(string wat, string reason)
    {
        GuestDescription guest = DecodeWat(wat);

        Assert.Contains(reason, guest.Reason);
        Assert.Null(guest.Plan);
        Assert.Null(guest.Refusal);
        Assert.True(guest.Receives);
    }

    [Fact]
    public void Decode_NamesWithControlCharacters_AreKept() =>
        Assert.Equal(["a\nb\u001b[31m"], DecodeWat("(module (func (export \"a\\0ab\\1b[31m\")))").Exports);

    [Theory]
    [InlineData("(component)")]
    [InlineData("\ufeff \r\n\t;; a comment\n(module)")]
    public void Decode_Wat_SaysSo(string text) =>
        Assert.Contains("WebAssembly text", Refused(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("", "no bytes")]
    [InlineData("7f454c46", "7f454c46")]
    [InlineData("00", "byte 1")]
    [InlineData("0061736d", "byte 4")]
    [InlineData("0061736d01", "byte 5")]
    [InlineData("0061736d02000000", "02000000")]
    [InlineData("0061736d0a000100", "0a000100")]
    [InlineData("0061736d0d000000", "0d000000")]
    public void Decode_NoKnownPreamble_SaysWhatWasFound(string bytes, string found) =>
        Assert.Contains(found, Refused(Convert.FromHexString(bytes)));
}
