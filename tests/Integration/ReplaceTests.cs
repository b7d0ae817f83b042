using Xunit;

namespace FireAndForget.Tests;

/// <summary>Another version of a component takes over between two messages, and nothing is lost.</summary>
public class ReplaceTests
{
    private static readonly byte[] Trap = [0xFF];

    /// <summary>Sends each message to "client", with the version's number in place of its first byte.</summary>
    private static ComponentSource Version(int number) =>
        ComponentSource.FromText(
            $"""
            (module
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 4)
              (data (i32.const 16) "client")
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "handle-message") (param i32 i32) (param $message i32) (param $length i32) (result i32)
                (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 0xFF)) (then (unreachable)))
                (i32.store8 (local.get $message) (i32.const {number}))
                (call $send (i32.const 16) (i32.const 6) (local.get $message) (local.get $length))))
            """,
            $"version{number}.wat"
        );

    private static readonly ComponentOptions Options = new() { SendsTo = ["client"] };

    [Fact]
    public async Task Replace_WithMessagesWaiting_TheNewVersionHandlesThem()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Host.AddComponent("versions", Version(1), Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("versions", [0, 1]);
        host.Host.Pump();
        client.Send("versions", [0, 2]);

        component.Replace(Version(2));
        client.Send("versions", [0, 3]);
        client.Send("versions", new byte[40_000]);
        await host.SettleAsync();

        Assert.Equal([1, 2, 2, 2], inbox.Received.Select(r => r.Bytes[0]));
        Assert.Equal([1, 2, 3, 0], inbox.Received.Select(r => r.Bytes[1]));
        AccountingAssert.AssertEnded(component.Statistics, handled: 4);
        Assert.Empty(host.DeadLetters);
    }

    /// <summary>
    /// The bytes 4 to 7 of a message say which version was there when it was sent: no older one may handle it. Each third
    /// message is one that the host hands over by itself.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Replace_WhileAnotherThreadSends_NothingIsLostAndOrderIsKept(int workers)
    {
        const int Versions = 40;
        await using TestHost host = new(workers);
        Component component = host.Host.AddComponent("versions", Version(0), Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        int newest = 0;
        int sent = 0;
        Task sending = Parallelly.RunAsync(
            1,
            _ =>
            {
                while (Volatile.Read(ref newest) < Versions)
                {
                    byte[] message = new byte[sent % 3 == 0 ? 33_000 : 12];
                    BitConverter.TryWriteBytes(message.AsSpan(4), Volatile.Read(ref newest));
                    BitConverter.TryWriteBytes(message.AsSpan(8), sent);
                    sent += client.Send("versions", message) == SendStatus.Accepted ? 1 : 0;
                    if (workers == 0)
                    {
                        host.Host.Pump(2);
                    }
                }
            }
        );

        for (int version = 1; version <= Versions; version++)
        {
            component.Replace(Version(version));
            Volatile.Write(ref newest, version);
            int seen = inbox.Count;
            await TestHost.UntilAsync(() => version == Versions || inbox.Count > seen + 3, "messages go on");
        }

        await sending;
        await host.SettleAsync();

        IReadOnlyList<Received> received = inbox.Received;
        Assert.Equal(Enumerable.Range(0, sent), received.Select(r => BitConverter.ToInt32(r.Bytes, 8)));
        int[] handledBy = [.. received.Select(r => (int)r.Bytes[0])];
        Assert.Equal(handledBy.Order(), handledBy);
        Assert.All(received, r => Assert.True(r.Bytes[0] >= BitConverter.ToInt32(r.Bytes, 4)));
        AccountingAssert.AssertEnded(component.Statistics, handled: sent);
    }

    [Fact]
    public async Task Replace_CannotBeMade_TheOldVersionGoesOn()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Host.AddComponent("versions", Version(1), Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("versions", [0]);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            component.Replace(ComponentSource.FromFile(TestFiles.PathOf("trap-in-start.wat")))
        );
        ComponentLoadException damaged = Assert.Throws<ComponentLoadException>(() =>
            component.Replace(ComponentSource.FromBytes([1, 2, 3], "damaged"))
        );
        await host.SettleAsync();

        Assert.StartsWith(TestFiles.PathOf("trap-in-start.wat"), e.Message, StringComparison.Ordinal);
        Assert.Contains("unreachable", e.Message, StringComparison.Ordinal);
        Assert.StartsWith("damaged: ", damaged.Message, StringComparison.Ordinal);
        Assert.Equal([1], Assert.Single(inbox.Received).Bytes);
    }

    [Fact]
    public async Task Replace_Twice_OnlyTheSecondHandles()
    {
        await using TestHost host = new(workers: 0);
        host.Host.AddComponent("versions", Version(1), Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("versions", [0]);

        host.Host.Replace("versions", Version(2));
        Component component = host.Host.Replace("versions", Version(3));
        await host.SettleAsync();

        Assert.Equal([3], Assert.Single(inbox.Received).Bytes);
        AccountingAssert.AssertEnded(component.Statistics, handled: 1);
    }

    [Fact]
    public async Task Replace_ByAHandler_TheNextMessageIsTheNewVersions()
    {
        await using TestHost host = new(workers: 1);
        Component component = host.Host.AddComponent("versions", Version(1), Options);
        List<byte> seen = [];
        MessagingEndpoint client = null!;
        client = host.Host.AddEndpoint(
            "client",
            message =>
            {
                seen.Add(message.Bytes[0]);
                if (seen.Count == 1)
                {
                    component.Replace(Version(2));
                    Assert.Equal(SendStatus.Accepted, client.Send("versions", [0]));
                }
            }
        );
        client.Send("versions", [0]);

        await host.SettleAsync();

        Assert.Equal([1, 2], seen);
        Assert.Empty(host.DeadLetters);
    }

    [Fact]
    public async Task Replace_APausedComponent_GoesOnAtOnce()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        ComponentOptions options = Options.With(o => o.Restart = new() { Max = 1, Pause = TimeSpan.FromSeconds(1) });
        Component component = host.Host.AddComponent("versions", Version(1), options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("versions", Trap);
        client.Send("versions", [0]);
        host.Host.Pump();
        Assert.Equal(1, component.Statistics.Queued);

        component.Replace(Version(2));
        await host.SettleAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        client.Send("versions", [0]);
        await host.SettleAsync();

        Assert.Equal([2, 2], inbox.Received.Select(r => r.Bytes[0]));
        Assert.Empty(host.Events.OfType<ComponentRestarted>());
        // The new version has all its restarts.
        client.Send("versions", Trap);
        host.Host.Pump();
        Assert.False(component.IsStopped);
    }

    [Fact]
    public async Task Replace_WithOptions_TheNextSendIsDecidedWithThem()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Host.AddComponent("versions", Version(1), Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        PreparedSender prepared = client.Prepare("versions");
        Assert.Equal(SendStatus.Accepted, prepared.Send([0x51, 1]));

        component.Replace(
            Version(2),
            Options.With(o =>
            {
                o.MaxMessageBytes = 3;
                o.Codecs = [MessageCodec.Raw];
            })
        );

        Assert.Equal(SendStatus.PayloadTooLarge, prepared.Send(new byte[4]));
        Assert.Equal(SendStatus.UnsupportedCodec, prepared.Send([0x51]));
        Assert.Equal(SendStatus.Accepted, client.Send("versions", [0x55, 2]));
        await host.SettleAsync();
        // What was accepted before is handled.
        Assert.Equal([1, 2], inbox.Received.Select(r => r.Bytes[1]));

        component.Replace(Version(3), Options.With(o => o.SendsTo = []));
        client.Send("versions", [0]);
        await host.SettleAsync();
        Assert.Equal(1, component.CountRefused(SendStatus.CapabilityDenied));
    }

    [Fact]
    public async Task Replace_WithoutOptions_KeepsWhatWasGrantedAndWhatIsLeftOfTheQuota()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Host.AddComponent("versions", Version(1), new() { Quota = new() { Messages = 2 } });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        host.Host.Grant("versions", Capability.SendsTo, "client");
        client.Send("versions", [0]);
        await host.SettleAsync();

        component.Replace(Version(2));
        client.Send("versions", [0]);
        client.Send("versions", [0]);
        await host.SettleAsync();

        Assert.Equal([1, 2], inbox.Received.Select(r => r.Bytes[0]));
        Assert.Equal(1, component.CountRefused(SendStatus.RateLimited));
    }

    [Fact]
    public async Task Replace_NotPossible_SaysWhatToDo()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Host.AddComponent("versions", Version(1), Options);
        host.AddInbox("client", out _);

        ArgumentException unknown = Assert.Throws<ArgumentException>(() => host.Host.Replace("nobody", Version(2)));
        ArgumentException endpoint = Assert.Throws<ArgumentException>(() => host.Host.Replace("client", Version(2)));
        ArgumentException mailbox = Assert.Throws<ArgumentException>(() =>
            component.Replace(Version(2), Options.With(o => o.Mailbox = new() { Messages = 5 }))
        );
        Assert.Throws<ArgumentNullException>(() => component.Replace(null!));
        component.Remove();
        InvalidOperationException removed = Assert.Throws<InvalidOperationException>(() =>
            component.Replace(Version(2))
        );

        Assert.Contains("'nobody'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("'client'", endpoint.Message, StringComparison.Ordinal);
        Assert.Contains("mailbox of 'versions' stays", mailbox.Message, StringComparison.Ordinal);
        Assert.Contains("'versions' has stopped", removed.Message, StringComparison.Ordinal);
        await host.StopAsync(TimeSpan.Zero);
        Assert.Throws<ObjectDisposedException>(() => component.Replace(Version(2)));
    }

    [Fact]
    public async Task Replace_WhileOthersRemoveAndStop_EveryMessageEnds()
    {
        for (int round = 0; round < 20; round++)
        {
            await using TestHost host = new(workers: 2);
            Component component = host.Host.AddComponent("versions", Version(1), Options);
            MessagingEndpoint client = host.AddInbox("client", out _);
            bool done = false;
            Task working = Parallelly.RunAsync(
                2,
                thread =>
                {
                    while (!Volatile.Read(ref done))
                    {
                        try
                        {
                            client.Send("versions", [0]);
                            if (thread == 0)
                            {
                                component.Replace(Version(2));
                            }
                        }
                        catch (InvalidOperationException)
                        {
                            return;
                        }
                    }
                }
            );
            await TestHost.UntilAsync(() => component.Statistics.Handled > 3, "it works");

            if (round % 2 == 0)
            {
                component.Remove();
            }
            else
            {
                await host.StopAsync(TimeSpan.Zero);
            }

            Volatile.Write(ref done, true);
            await working;
            await host.SettleAsync();
        }
    }
}
