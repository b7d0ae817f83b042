using System.Buffers.Binary;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// A guest that imports all of WASI 0.3 that the host offers, as C libraries do: there are no folders and no sockets, and what asks for one
/// of them traps.
/// </summary>
public sealed class Wasi3ImportTests
{
    private const int Answer = 1024;

    [Fact]
    public async Task Folders_ThereAreNone()
    {
        (byte[] answer, _) = await CallAsync(0);

        Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(4)));
    }

    /// <summary>Each is refused with its interface's access-denied, the first case, and nothing behind that is touched.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sockets_AreDenied(int function)
    {
        (byte[] answer, _) = await CallAsync(function);

        Assert.Equal((1, 0, 0xFF), (answer[0], answer[4], answer[8]));
    }

    [Fact]
    public async Task AsyncCall_OfWhatIsDenied_HasReturnedAtOnce()
    {
        (byte[] answer, int result) = await CallAsync(4);

        Assert.Equal((1, 0, 2), (answer[0], answer[4], result));
    }

    [Theory]
    [InlineData(5, "it has no handle 7, which it gave as one of descriptor")]
    [InlineData(6, "it called [method]descriptor.open-at and has no handle of descriptor")]
    [InlineData(7, "it has no handle 7, which it gave as one of descriptor")]
    [InlineData(8, "it has no handle 7, which it gave as one of descriptor")]
    [InlineData(9, "it has no handle 7, which it gave as one of tcp-socket")]
    [InlineData(10, "the name for resolve-addresses is not UTF-8")]
    public async Task Call_WithWhatIsNotThere_Traps(int function, string why)
    {
        await using TestHost host = new();
        Send(host, function);

        Assert.Equal(1, (await host.SettleAsync()).Trapped);
        Assert.Equal(why, Assert.Single(host.DeadLetters).Reason);
    }

    private static async Task<(byte[] Answer, int Result)> CallAsync(int function)
    {
        await using TestHost host = new();
        Inbox inbox = Send(host, function);
        await host.SettleAsync();
        Assert.Equal([], host.DeadLetters.Select(letter => letter.Reason));
        byte[] report = Assert.Single(inbox.Received).Bytes;
        return (report[4..], BinaryPrimitives.ReadInt32LittleEndian(report));
    }

    private static Inbox Send(TestHost host, int function)
    {
        host.AddText("guest", Component(), new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        Assert.Equal(SendStatus.Accepted, client.Send("guest", [(byte)function]));
        return inbox;
    }

    private static string Component()
    {
        using Stream stream = typeof(MessagingHost).Assembly.GetManifestResourceStream("wasi3.wat")!;
        using StreamReader reader = new(stream);
        return $"""
            {reader.ReadToEnd().TrimEnd()[..^1]}
            (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host
              (type $cases (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
                "payload-too-large" "queue-full" "rate-limited" "closed"))
              (export "send-error" (type $error (eq $cases)))
              (export "send" (func (param "target" string) (param "message" (list u8)) (result (result (error $error)))))))
            (core module $room
              (memory (export "memory") 1)
              (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                (select (i32.const 16) (i32.const 256) (i32.eq (local.get 3) (i32.const 6)))))
            (core instance $room (instantiate $room))
            (alias core export $room "memory" (core memory $memory))
            (core func $send (canon lower (func $host "send") (memory $memory)))
            (core func $folders (canon lower (func $filesystem-preopens "get-directories")
              (memory $memory) (realloc (core func $room "realloc"))))
            (core func $tcp (canon lower (func $sockets-types "[static]tcp-socket.create") (memory $memory)
              (realloc (core func $room "realloc"))))
            (core func $udp (canon lower (func $sockets-types "[static]udp-socket.create") (memory $memory)
              (realloc (core func $room "realloc"))))
            (core func $resolve (canon lower (func $sockets-ip-name-lookup "resolve-addresses") (memory $memory)
              (realloc (core func $room "realloc"))))
            (core func $resolve-async (canon lower (func $sockets-ip-name-lookup "resolve-addresses") async (memory $memory)
              (realloc (core func $room "realloc"))))
            (core func $stat (canon lower (func $filesystem-types "[method]descriptor.stat") (memory $memory)
              (realloc (core func $room "realloc"))))
            (core func $open (canon lower (func $filesystem-types "[method]descriptor.open-at") async (memory $memory)
              (realloc (core func $room "realloc"))))
            (core func $list (canon lower (func $filesystem-types "[method]descriptor.read-directory") (memory $memory)))
            (core func $drop (canon resource.drop $descriptor))
            (core func $listen (canon lower (func $sockets-types "[method]tcp-socket.get-is-listening")))
            (core module $main
              (import "room" "memory" (memory 1))
              (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
              (import "host" "folders" (func $folders (param i32)))
              (import "host" "tcp" (func $tcp (param i32 i32)))
              (import "host" "udp" (func $udp (param i32 i32)))
              (import "host" "resolve" (func $resolve (param i32 i32 i32)))
              (import "host" "resolve-async" (func $resolve-async (param i32 i32 i32) (result i32)))
              (import "host" "stat" (func $stat (param i32 i32)))
              (import "host" "open" (func $open (param i32 i32) (result i32)))
              (import "host" "list" (func $list (param i32 i32)))
              (import "host" "drop" (func $drop (param i32)))
              (import "host" "listen" (func $listen (param i32) (result i32)))
              (data (i32.const 512) "example\ff")
              (func (export "handle") (param i32 i32 i32 i32) (result i32)
                (local $do i32)
                (local.set $do (i32.load8_u (local.get 2)))
                (memory.fill (i32.const {Answer - 4}) (i32.const 0xFF) (i32.const 36))
                (if (i32.eq (local.get $do) (i32.const 0)) (then (call $folders (i32.const {Answer}))))
                (if (i32.eq (local.get $do) (i32.const 1)) (then (call $tcp (i32.const 0) (i32.const {Answer}))))
                (if (i32.eq (local.get $do) (i32.const 2)) (then (call $udp (i32.const 1) (i32.const {Answer}))))
                (if (i32.eq (local.get $do) (i32.const 3)) (then
                  (call $resolve (i32.const 512) (i32.const 7) (i32.const {Answer}))))
                (if (i32.eq (local.get $do) (i32.const 4)) (then (i32.store (i32.const {Answer - 4})
                  (call $resolve-async (i32.const 512) (i32.const 7) (i32.const {Answer})))))
                (if (i32.eq (local.get $do) (i32.const 5)) (then (call $stat (i32.const 7) (i32.const {Answer}))))
                (if (i32.eq (local.get $do) (i32.const 6)) (then (drop (call $open (i32.const 7) (i32.const {Answer})))))
                (if (i32.eq (local.get $do) (i32.const 7)) (then (call $drop (i32.const 7))))
                (if (i32.eq (local.get $do) (i32.const 8)) (then (call $list (i32.const 7) (i32.const {Answer}))))
                (if (i32.eq (local.get $do) (i32.const 9)) (then (drop (call $listen (i32.const 7)))))
                (if (i32.eq (local.get $do) (i32.const 10)) (then
                  (call $resolve (i32.const 512) (i32.const 8) (i32.const {Answer}))))
                (call $send (local.get 0) (local.get 1) (i32.const {Answer - 4}) (i32.const 36) (i32.const 0))
                (i32.const 0)))
            (core instance $main (instantiate $main (with "room" (instance $room)) (with "host" (instance
              (export "send" (func $send)) (export "folders" (func $folders)) (export "tcp" (func $tcp))
              (export "udp" (func $udp)) (export "resolve" (func $resolve)) (export "resolve-async" (func $resolve-async))
              (export "stat" (func $stat)) (export "open" (func $open)) (export "list" (func $list))
              (export "drop" (func $drop)) (export "listen" (func $listen))))))
            (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
              (canon lift (core func $main "handle") (memory $memory) (realloc (core func $room "realloc")))))
            """;
    }
}
