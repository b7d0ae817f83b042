using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>Plans, followed to the end: a guest runs by what the decoder says of it.</summary>
public class DirectPlanTests
{
    [Fact]
    public void Plan_CMirror_SendsTheMessageBackReversed()
    {
        using PlanRunner guest = Run(GuestFiles.Read("guests/c/c-mirror.wasm"));

        Assert.Equal(0, guest.Handle("client", "hello"u8));

        (string target, byte[] message) = Assert.Single(guest.Sent);
        Assert.Equal("client", target);
        Assert.Equal("olleh"u8.ToArray(), message);
    }

    [Theory]
    [InlineData("basic-handle-message.wasm", 0)]
    [InlineData("rejecting-handler.wasm", null)]
    [InlineData("echo-handler.wasm", 0x68)]
    [InlineData("handle-message-component.wasm", 0)]
    public void Plan_Fixture_HandlesAMessage(string name, int? code)
    {
        using PlanRunner guest = Run(GuestFiles.Read(name));

        int result = guest.Handle("client", "hello"u8);

        Assert.True(code is { } expected ? result == expected : result != 0, $"{name} returned {result}.");
        Assert.Equal(name == "echo-handler.wasm" ? 1 : 0, guest.Sent.Count);
    }

    [Theory]
    [InlineData("31323334353637383926 39F4CB", 0)]
    [InlineData("313233343536373839CBF43926", 1)]
    [InlineData("", 1)]
    public void Plan_RustReceiver_TellsAGoodChecksumFromABadOne(string message, int result)
    {
        using PlanRunner guest = Run(GuestFiles.Read("guests/rust/rust-receiver.wasm"));

        Assert.Equal(result, guest.Handle("client", Convert.FromHexString(message.Replace(" ", ""))));
    }

    [Fact]
    public void Plan_CMirror_AsksForItsId()
    {
        using PlanRunner guest = Run(GuestFiles.Read("guests/c/c-mirror.wasm"));

        guest.Handle("client", [0xFE, .. "audit"u8]);

        (string target, byte[] message) = Assert.Single(guest.Sent);
        Assert.Equal("audit", target);
        Assert.Equal("self"u8.ToArray(), message);
    }

    /// <summary>What can make objects that the engine collects has a heap, which counts as memory.</summary>
    [Theory]
    [InlineData("(type (struct (field i32)))", true)]
    [InlineData("(type (array (mut i8)))", true)]
    [InlineData("(rec (type $a (struct)) (type (struct (field (ref null $a)))))", true)]
    [InlineData("(tag)", true)]
    [InlineData("(table 1 externref)", true)]
    [InlineData("(table 1 anyref)", true)]
    [InlineData("(table 1 funcref)", false)]
    [InlineData("(global externref (ref.null extern))", false)]
    [InlineData("(func (param i32))", false)]
    public void Parts_OfAModule_HaveAHeapWhereItMayNeedOne(string part, bool hasHeap)
    {
        GuestDescription description = GuestDecoder.Decode(
            GuestFiles.Wat(
                MessengerWat.Receiver(
                    module: MessengerWat.Module.Replace(
                        "(core module $m",
                        $"(core module $m {part}",
                        StringComparison.Ordinal
                    )
                )
            )
        );

        Assert.Equal(hasHeap, description.Parts!.HasHeap);
    }

    [Fact]
    public void Plan_InstanceThatNothingRefersTo_IsMadeAll()
    {
        // The last instance's start function changes what handle-message answers: leaving it out would change the
        // guest.
        string wat = MessengerWat.Receiver(
            module: """
            (core module $m
                (global $answer (export "answer") (mut i32) (i32.const 0))
                (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 16)
                (func (export "handle-message") (param i32 i32 i32 i32) (result i32) global.get $answer))
            """,
            after: """
            (core module $late
                (import "m" "answer" (global $answer (mut i32)))
                (func $start i32.const 1 global.set $answer)
                (start $start))
            (core instance (instantiate $late (with "m" (instance $i))))
            """
        );

        using PlanRunner guest = Run(GuestFiles.Wat(wat));

        Assert.Equal(1, guest.Handle("client", ""u8));
    }

    private static PlanRunner Run(byte[] guest) => new(GuestDecoder.Decode(guest).Plan!);
}
