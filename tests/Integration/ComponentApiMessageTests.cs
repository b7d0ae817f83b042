using FireAndForget.Mailboxes;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Messages that cost the component API much: what is large is copied as a whole, or not at all.</summary>
public class ComponentApiMessageTests
{
    /// <summary>Sends itself as a target, of as many bytes as the message says, and answers whether that was refused.</summary>
    private static readonly string LongTarget = $"""
        (component
          {MessengerWat.HostMessaging()}
          (core module $memory
            (memory (export "memory") 512)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
          (core instance $mem (instantiate $memory))
          (core func $send (canon lower (func $host "send") (memory (core memory $mem "memory"))))
          (core module $main
            (import "memory" "memory" (memory 512))
            (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
              (local $length i32)
              (local.set $length (i32.load (local.get 2)))
              (memory.fill (i32.const 65536) (i32.const 0x61) (local.get $length))
              (call $send (i32.const 65536) (local.get $length) (i32.const 0) (i32.const 0) (i32.const 16))
              (i32.load8_u (i32.const 16))))
          (core instance $i (instantiate $main
            (with "memory" (instance $mem))
            (with "host" (instance (export "send" (func $send))))))
          (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
            (canon lift (core func $i "handle-message")
              (memory (core memory $mem "memory")) (realloc (core func $mem "cabi_realloc")))))
        """;

    private static readonly ComponentOptions Roomy = new()
    {
        SendsTo = ["*"],
        MaxMessageBytes = 16 << 20,
        Mailbox = new() { Bytes = 32 << 20 },
        Limits = new() { MessageTimeout = TimeSpan.Zero },
    };

    /// <summary>As lists, each byte was 32 bytes and an object: a guest could send 3 MiB, and 1 MiB took a quarter of a second.</summary>
    [Theory]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(5_000_001)]
    public async Task Send_ALargeMessage_ArrivesThereAndBack(int length)
    {
        await using TestHost host = new(runtime: GuestRuntime.ComponentApi);
        host.Add("mirror", TestFiles.CMirror, Roomy);
        byte[] received = [];
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            message => received = message.Bytes.ToArray(),
            new()
            {
                MaxMessageBytes = 16 << 20,
                Mailbox = new() { Bytes = 32 << 20 },
            }
        );
        byte[] sent = Payload.Bytes(length);
        sent[0] = 1;

        client.Send("mirror", sent);
        await host.SettleAsync();

        Array.Reverse(sent);
        Assert.Equal(sent, received);
    }

    /// <summary>A target of 60 MB was made a text before anybody looked at its length.</summary>
    [Fact]
    public async Task Send_ToATargetWithoutEnd_IsRefusedWithoutACopy()
    {
        const int Length = 30 << 20;
        await using TestHost host = new(workers: 0, runtime: GuestRuntime.ComponentApi);
        Component guest = host.AddText("guest", LongTarget, Roomy);
        MessagingEndpoint client = host.AddSender();
        client.Send("guest", BitConverter.GetBytes(10));
        host.Host.Pump();
        client.Send("guest", BitConverter.GetBytes(Length));
        long before = GC.GetAllocatedBytesForCurrentThread();

        host.Host.Pump();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Length / 10);
        Assert.Equal(1, guest.CountRefused(SendStatus.InvalidMessage));
        AccountingAssert.AssertEnded(guest.Statistics, rejected: 2);
    }
}
