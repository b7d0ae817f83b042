using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>Which async functions, and what belongs to them, is offered, and that all else is refused by its name.</summary>
public sealed class AsyncPlannerTests
{
    private const string Alone =
        "; the direct runtime cannot run that, and async functions and WASI 0.3 run on no other";

    [Theory]
    [InlineData("task.cancel", "")]
    [InlineData("subtask.cancel", "(param i32) (result i32)")]
    [InlineData("subtask.drop", "(param i32)")]
    [InlineData("task.return (result u8)", "(param i32)")]
    [InlineData("context.get i32 0", "(result i32)")]
    [InlineData("context.set i32 0", "(param i32)")]
    [InlineData("thread.yield", "(result i32)")]
    [InlineData("backpressure.inc", "")]
    [InlineData("backpressure.dec", "")]
    [InlineData("waitable-set.new", "(result i32)")]
    [InlineData("waitable-set.wait (memory (core memory $i \"memory\"))", "(param i32 i32) (result i32)")]
    [InlineData("waitable-set.poll (memory (core memory $i \"memory\"))", "(param i32 i32) (result i32)")]
    [InlineData("waitable-set.drop", "(param i32)")]
    [InlineData("waitable.join", "(param i32 i32)")]
    [InlineData("stream.new $s", "(result i64)")]
    [InlineData("stream.read $s async (memory (core memory $i \"memory\"))", "(param i32 i32 i32) (result i32)")]
    [InlineData("stream.write $s (memory (core memory $i \"memory\"))", "(param i32 i32 i32) (result i32)")]
    [InlineData("stream.cancel-read $s", "(param i32) (result i32)")]
    [InlineData("stream.cancel-write $s async", "(param i32) (result i32)")]
    [InlineData("stream.drop-readable $s", "(param i32)")]
    [InlineData("stream.drop-writable $s", "(param i32)")]
    [InlineData("future.new $f", "(result i64)")]
    [InlineData("future.read $f async (memory (core memory $i \"memory\"))", "(param i32 i32) (result i32)")]
    [InlineData("future.write $f async (memory (core memory $i \"memory\"))", "(param i32 i32) (result i32)")]
    public void Decode_ABuiltInThatIsOffered_IsPlanned(string builtIn, string type)
    {
        GuestDescription guest = Using(
            $"(type $s (stream u8)) (type $f (future u8)) (core func $f (canon {builtIn}))",
            type
        );

        Assert.Equal("", guest.Reason);
        Assert.True(guest.IsAsync);
        Assert.NotNull(guest.Plan);
    }

    [Theory]
    [InlineData("error-context.drop", "error-context.drop", "error contexts")]
    [InlineData("thread.index", "thread.index", "threads of the component model")]
    public void Decode_ABuiltInThatIsBeyond_IsRefusedByItsName(string builtIn, string name, string what)
    {
        GuestDescription guest = Using($"(core func $f (canon {builtIn}))", "");

        Assert.Null(guest.Plan);
        Assert.Equal(
            $"it uses the canonical built-in {name}, and {what} are not offered to guests{Alone}",
            guest.Refusal
        );
        Assert.Equal(guest.Refusal, guest.Reason);
    }

    /// <summary>A file that names another type is damaged, and is told so before Wasmtime looks at it.</summary>
    [Theory]
    [InlineData("stream.new $f", "stream")]
    [InlineData("future.drop-readable $s", "future")]
    [InlineData("future.read $u async (memory (core memory $i \"memory\"))", "future")]
    public void Decode_ABuiltInOfAnotherType_IsRefused(string builtIn, string channel)
    {
        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() =>
            Using(
                $"(type $s (stream u8)) (type $f (future u8)) (type $u u8) (core func $f (canon {builtIn}))",
                "(param i32)"
            )
        );

        Assert.Contains($"a {channel}'s type is named and it is another one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_AsyncWithoutACallback_IsRefused()
    {
        GuestDescription guest = Decode(
            MessengerWat.Receiver(
                lift: MessengerWat.Lift(MessengerWat.Options + " async", $"async {MessengerWat.HandleType}")
            )
        );

        Assert.Equal(
            $"handle-message is lifted async without a callback, which needs a stack of its own (build it with a callback){Alone}",
            guest.Refusal
        );
    }

    /// <summary>Built-ins have the types of handlers' functions too, and none was ever made for the host to call.</summary>
    [Theory]
    [InlineData("stream.read $s async", "async (callback (core func $f))", "async ")]
    [InlineData("stream.drop-readable $s", "(post-return (core func $f))", "")]
    [InlineData("waitable-set.drop", "(post-return (core func $f))", "")]
    public void Decode_ABuiltInInPlaceOfAHandlersFunction_IsRefused(string builtIn, string option, string form)
    {
        GuestDescription guest = Decode(
            MessengerWat.Receiver(
                lift: $"(type $s (stream)) (core func $f (canon {builtIn}))\n"
                    + MessengerWat.Lift($"{MessengerWat.Options} {option}", form + MessengerWat.HandleType)
            )
        );

        Assert.Equal($"a handler or what serves it is a function of the host{Alone}", guest.Refusal);
    }

    [Theory]
    [InlineData("0.3.0")]
    [InlineData("0.3.7")]
    public void Decode_Wasi3InAnyPatch_IsPlanned(string version)
    {
        GuestDescription guest = Decode(
            MessengerWat.Receiver(
                $"""
                (import "wasi:cli/environment@{version}" (instance (export "get-initial-cwd" (func (result (option string))))))
                (import "wasi:clocks/monotonic-clock@{version}" (instance
                  (export "wait-until" (func async (param "when" u64)))))
                """
            )
        );

        Assert.Equal("", guest.Reason);
        Assert.True(guest.IsAsync);
        Assert.NotNull(guest.Plan);
    }

    [Theory]
    [InlineData(
        "wasi:cli/environment@0.3.0",
        """(export "initial-cwd" (func (result (option string))))""",
        "#initial-cwd"
    )]
    [InlineData(
        "wasi:cli/environment@0.2.0",
        """(export "get-initial-cwd" (func (result (option string))))""",
        "#get-initial-cwd"
    )]
    [InlineData(
        "wasi:clocks/monotonic-clock@0.3.0",
        """(export "wait-for" (func (param "how-long" u64)))""",
        "#wait-for (as func("
    )]
    [InlineData(
        "wasi:cli/stdout@0.3.0",
        """(export "write-via-stream" (func (param "data" (stream u16)) (result (future (result)))))""",
        "#write-via-stream (as func("
    )]
    [InlineData(
        "wasi:filesystem/types@0.3.0",
        """(export "filesystem-error-code" (func (param "error" u8)))""",
        "#filesystem-error-code"
    )]
    [InlineData("wasi:io/streams@0.3.0", """(export "input-stream" (type (sub resource)))""", "wasi:io/streams@0.3.0")]
    [InlineData("wasi:http/client@0.3.0", """(export "send" (func))""", "wasi:http/client@0.3.0")]
    public void Decode_WhatThatVersionOfWasiDoesNotHave_IsRefusedByItsName(string name, string exports, string said)
    {
        GuestDescription guest = Decode(MessengerWat.Receiver($"(import \"{name}\" (instance {exports}))"));

        Assert.Null(guest.Plan);
        Assert.Contains(said, guest.Refusal!, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ARefusedPackageInWasi3_IsImported()
    {
        GuestDescription guest = GuestDecoder.Decode(
            GuestFiles.Wat(
                MessengerWat.Receiver("(import \"wasi:http/client@0.3.0\" (instance (export \"send\" (func))))")
            ),
            new(["wasi:http"])
        );

        Assert.Null(guest.Refusal);
    }

    private static GuestDescription Using(string definition, string type) =>
        Decode(
            MessengerWat.Receiver(
                after: $"""
                {definition}
                (core module $user (import "host" "f" (func {type})))
                (core instance (instantiate $user (with "host" (instance (export "f" (func $f))))))
                """
            )
        );

    private static GuestDescription Decode(string wat) => GuestDecoder.Decode(GuestFiles.Wat(wat));
}
