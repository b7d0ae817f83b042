using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;
using static FireAndForget.Tests.Guests.DecodedWat;

namespace FireAndForget.Tests.Guests;

/// <summary>What guests import: what the host offers of it, and what is unknown.</summary>
public class GuestDecoderImportTests
{
    /// <summary>Interfaces of the host's name that are not the host's: what is unknown in them, and whether the guest sends.</summary>
    public static TheoryData<string, string, bool> OtherHostMessaging =>
        new()
        {
            {
                MessengerWat.HostMessaging(more: "(export \"foo\" (func (param \"a\" (list string))))"),
                "foo (as func(a: list<string>))",
                true
            },
            {
                MessengerWat.HostMessaging(send: "(func (param \"a\" string) (result bool))"),
                "send (as func(a: string) -> bool, expected func(target: string, message: list<u8>) -> result<_, enum>)",
                false
            },
            {
                $"(import \"{MessengerWat.Interface}\" (instance (export \"self-id\" (core module))))",
                "self-id",
                false
            },
            {
                $"(import \"{MessengerWat.Interface}\" "
                    + "(instance (type $f (func (result string))) (export \"self-id\" (type (eq $f)))))",
                "self-id",
                false
            },
        };

    [Theory]
    [MemberData(nameof(OtherHostMessaging))]
    public void Decode_OtherHostMessaging_NamesWhatIsUnknown(string import, string unknown, bool sends)
    {
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(import));

        Assert.Equal([$"{MessengerWat.Interface}#{unknown}"], guest.UnknownImports);
        Assert.Contains($"#{unknown}", guest.Refusal);
        Assert.Equal(sends, guest.Sends);
        Assert.Null(guest.Plan);
    }

    [Theory]
    [InlineData("(import \"env\" \"memory\" (memory 1))", "env.memory")]
    [InlineData("(import \"wasi_snapshot_preview1\" \"fd_open\" (func))", "wasi_snapshot_preview1.fd_open")]
    [InlineData(
        "(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32)))",
        "wasi_snapshot_preview1.fd_write (as func (i32, i32) -> (), expected (i32, i32, i32, i32) -> i32)"
    )]
    [InlineData("(import \"wasi_unstable\" \"fd_close\" (func (param i32) (result i32)))", "wasi_unstable.fd_close")]
    [InlineData("(import \"env\" \"seed\" (func (result i64)))", "env.seed (as func () -> i64, expected () -> f64)")]
    [InlineData("(import \"env\" \"send\" (func (param i32 i32 i32 i32) (result i32)))", "env.send")]
    [InlineData("(import \"host-messaging\" \"receive\" (func))", "host-messaging.receive")]
    [InlineData(
        "(import \"host-messaging\" \"send\" (func (param i32)))",
        "host-messaging.send (as func (i32) -> (), expected (i32, i32, i32, i32) -> i32)"
    )]
    [InlineData("(import \"host-messaging\" \"self-id\" (global i32))", "host-messaging.self-id")]
    public void Decode_CoreModuleWithUnknownImport_NamesIt(string import, string name)
    {
        GuestDescription guest = DecodeWat(CoreWat(import));

        Assert.Equal([name], guest.UnknownImports);
        Assert.Contains(
            name.Contains("expected", StringComparison.Ordinal)
                ? $"it imports {name}: the host offers that with another type. "
                : $"it imports {name}, which the host does not offer (it offers host-messaging.send ",
            guest.Refusal
        );
        Assert.False(guest.Sends);
        Assert.Null(guest.Plan);
    }

    // Were a wrong type called "not offered", its author would look for a newer host.
    [Fact]
    public void Decode_RequestOfAnotherType_SaysWhichTypeIsExpected()
    {
        const string Request = "(import \"host-messaging\" \"request\" (func (param i32) (result i32)))";
        const string Wrong =
            "host-messaging.request (as func (i32) -> i32, expected (i32, i32, i32, i32, i32, i32) -> i32)";

        Assert.StartsWith(
            $"it imports {Wrong}: the host offers that with another type. ",
            DecodeWat(CoreWat(Request)).Refusal
        );
        Assert.StartsWith(
            $"it imports {Wrong} and env.send, which the host does not offer, or not with that type (it offers ",
            DecodeWat(CoreWat($"{Request} (import \"env\" \"send\" (func))")).Refusal
        );
    }

    [Fact]
    public void Decode_CoreModuleThatOnlyAsksForItsId_DoesNotSend()
    {
        GuestDescription guest = DecodeWat(
            CoreWat("(import \"host-messaging\" \"self-id\" (func (param i32 i32) (result i32)))")
        );

        Assert.Equal(
            [new HostImport(HostMessaging.CoreModule, "self-id")],
            Assert.Single(guest.Plan!.Instances).Imports
        );
        Assert.False(guest.Sends);
    }

    [Fact]
    public void Decode_HostMessaging_IsLowered()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                MessengerWat.HostMessaging(),
                """
                (core func $s (canon lower (func $host "self-id")
                    (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
                (core module $n (import "x" "y" (func (param i32))))
                (core instance (instantiate $n (with "x" (instance (export "y" (func $s))))))
                """
            )
        );

        Assert.True(guest.Sends);
        Assert.Equal([MessengerWat.Interface], guest.Imports);
        Assert.Equal(
            [new LoweredImport(MessengerWat.Interface, "self-id", new(0, "memory"), new(0, "cabi_realloc"))],
            guest.Plan!.Instances[1].Imports
        );
    }

    [Fact]
    public void Decode_HostMessagingWithOtherErrors_NamesWhatUsesThem()
    {
        string cases = MessengerWat.SendErrorCases.Replace("\"closed\"", "\"gone\"");
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(MessengerWat.HostMessaging(cases)));

        Assert.Equal(2, guest.UnknownImports.Count);
        Assert.Equal($"{MessengerWat.Interface}#send-error", guest.UnknownImports[0]);
        Assert.StartsWith($"{MessengerWat.Interface}#send (as ", guest.UnknownImports[1]);
    }

    [Theory]
    [InlineData("failure", "\"rejected\" \"trapped\" \"timed-out\" \"undeliverable\"")]
    [InlineData(
        "why-not",
        "\"invalid-message\" \"target-not-found\" \"capability-denied\" \"unsupported-codec\" \"payload-too-large\" \"queue-full\" "
            + "\"rate-limited\" \"closed\""
    )]
    public void Decode_ComponentWhoseWorldUsesATypeOfMessaging_CanBeHosted(string name, string labels)
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver($"(type $used (enum {labels})) (import \"{name}\" (type (eq $used)))")
        );

        Assert.Null(guest.Refusal);
        Assert.NotNull(guest.Plan);
    }

    [Theory]
    [InlineData("(import \"log\" (func (param \"a\" string)))", "log")]
    [InlineData("(import \"thing\" (type (sub resource)))", "thing")]
    [InlineData("(import \"my:own/store@0.1.0\" (instance (export \"get\" (func))))", "my:own/store@0.1.0")]
    [InlineData(
        "(import \"fire-and-forget:messaging/host-messaging@1.0.1\" (instance))",
        "fire-and-forget:messaging/host-messaging@1.0.1"
    )]
    [InlineData("(import \"wasi:cli/stdout@0.4.0\" (instance))", "wasi:cli/stdout@0.4.0")]
    [InlineData("(import \"wasi:nn/tensor@0.2.0-rc-2024\" (instance))", "wasi:nn/tensor@0.2.0-rc-2024")]
    [InlineData("(import \"a:b/wasi@0.2.0\" (instance))", "a:b/wasi@0.2.0")]
    [InlineData(
        "(import \"a:b/types@1.0.0\" (instance (type $r (record (field \"x\" u8))) (export \"r\" (type (eq $r)))))",
        "a:b/types@1.0.0"
    )]
    [InlineData("(type $r (list u8)) (import \"bytes\" (type (eq $r)))", "bytes")]
    [InlineData("(import \"m\" (core module))", "m")]
    [InlineData("(import \"c\" (component))", "c")]
    public void Decode_ComponentWithUnknownImport_NamesIt(string import, string name)
    {
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(import));

        Assert.Equal([name], guest.UnknownImports);
        Assert.Equal([name], guest.Imports);
        Assert.True(guest.Receives);
        Assert.Contains($"it imports {name}, which the host does not offer", guest.Refusal);
        Assert.Equal(guest.Refusal, guest.Reason);
        Assert.Null(guest.Plan);
    }

    [Fact]
    public void Decode_WasiOfTheClosedWorld_IsPlanned()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                """
                (import "wasi:io/error@0.2.3" (instance $errors (export "error" (type (sub resource)))))
                (alias export $errors "error" (type $error))
                (import "wasi:io/poll@0.2.3" (instance $poll (export "pollable" (type (sub resource)))))
                (alias export $poll "pollable" (type $pollable))
                (import "wasi:io/streams@0.2.3" (instance $streams
                    (export "output-stream" (type $s (sub resource)))
                    (export "error" (type (eq $error)))
                    (export "pollable" (type $p (eq $pollable)))
                    (export "[method]output-stream.subscribe" (func (param "self" (borrow $s)) (result (own $p))))))
                (alias export $streams "output-stream" (type $stream))
                (alias export $streams "error" (type $same-error))
                """,
                """
                (core func $a (canon resource.drop $stream))
                (core func $b (canon resource.drop $same-error))
                (core func $c (canon lower (func $streams "[method]output-stream.subscribe")))
                (core module $n (import "x" "a" (func (param i32))) (import "x" "b" (func (param i32)))
                    (import "x" "c" (func (param i32) (result i32))))
                (core instance (instantiate $n (with "x" (instance
                    (export "a" (func $a)) (export "b" (func $b)) (export "c" (func $c))))))
                """
            )
        );

        Assert.True(guest.UsesWasi);
        Assert.Equal("", guest.Reason);
        Assert.Equal(
            [
                new ResourceDrop("wasi:io/streams@0.2.3", "output-stream"),
                new ResourceDrop("wasi:io/error@0.2.3", "error"),
                new LoweredImport("wasi:io/streams@0.2.3", "[method]output-stream.subscribe", null, null),
            ],
            guest.Plan!.Instances[1].Imports
        );
    }

    [Fact]
    public void Decode_WasiOutsideTheClosedWorld_GoesToTheComponentApi()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                "(import \"wasi:http/types@0.2.0\" (instance)) (import \"wasi:cli/exit@0.2.0\" (instance))"
            )
        );

        Assert.True(guest.UsesWasi);
        Assert.Null(guest.Refusal);
        Assert.Empty(guest.UnknownImports);
        Assert.Null(guest.Plan);
        Assert.Equal("it imports wasi:http/types@0.2.0, which the direct runtime does not know", guest.Reason);
    }
}
