using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A subscription that nothing may be lost of: memory stays bounded, because refusals are folded and workers wait.</summary>
public class EventRoomTests
{
    private const int Capacity = 100;

    private static readonly EventSubscriptionOptions Waiting = new()
    {
        Capacity = Capacity,
        OverflowPolicy = EventOverflowPolicy.Wait,
    };

    /// <summary>Sends so many bytes of its memory, one at a time, to the endpoint 'sink'.</summary>
    private const string Flood = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 2)
          (data (i32.const 0) "sink")
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (local $n i32)
            (loop $l
              (drop (call $send (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 1)))
              (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 5000))))
            (i32.const 0)))
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Subscribe_WaitAndASlowReader_WorkersWaitAndNothingIsLost(int workers)
    {
        const int Many = 20_000;
        await using TestHost host = new(workers, listens: false);
        using EventSubscription events = host.Host.Subscribe(Waiting);
        host.Add("rejecting", TestFiles.Rejecting, new() { Mailbox = new() { Messages = Many } });
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < Many; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("rejecting", []));
        }

        (int read, int fills) = await ReadWheneverFullAsync(host, events);

        Assert.Equal(Many, read);
        // Between two looks each worker finishes at most the batch that it has.
        Assert.InRange(fills, Many / (Capacity + (workers * 1024)), Many);
        Assert.Equal(0, events.Dropped);
    }

    /// <summary>One message of a guest makes thousands of events. That it waits in the middle of it is not on its budget.</summary>
    [Fact]
    public async Task Subscribe_WaitAndAGuestThatEvicts_WaitsWhileItSends()
    {
        await using TestHost host = new(workers: 1, listens: false);
        // Each time that it waits may be a tick of its budget, which has a hundred.
        using EventSubscription events = host.Host.Subscribe(
            new EventSubscriptionOptions { Capacity = 1000, OverflowPolicy = EventOverflowPolicy.Wait }
        );
        host.Host.AddEndpoint(
            "sink",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 2, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        ComponentOptions options = new()
        {
            SendsTo = ["sink"],
            Limits = new() { MessageTimeout = TimeSpan.FromMinutes(1) },
        };
        Component flood = host.AddText("flood", Flood, options);
        host.AddSender().Send("flood", []);

        (int read, int fills) = await ReadWheneverFullAsync(host, events);

        Assert.Equal(4998, read);
        Assert.InRange(fills, 7, 10);
        AccountingAssert.AssertEnded(flood.Statistics, handled: 1);
    }

    [Fact]
    public async Task Send_OfDotNetCodeWhileEventsWait_IsAnsweredAtOnce()
    {
        await using TestHost host = new(workers: 1, listens: false);
        using EventSubscription events = host.Host.Subscribe(Waiting);
        using ManualResetEventSlim gate = new();
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            _ => gate.Wait(),
            new()
            {
                Mailbox = new() { Messages = 2, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );

        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", []));
        }

        Assert.True(events.IsFull);
        Task room = events.WaitForRoomAsync(TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        while (events.TryRead(out _)) { }

        await room.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
        Assert.False(events.IsFull);
        gate.Set();
    }

    [Fact]
    public async Task Subscribe_WaitAndManyRefusals_AreFoldedBySenderAndReason()
    {
        await using TestHost host = new(workers: 0, listens: false);
        using EventSubscription events = host.Host.Subscribe(
            new EventSubscriptionOptions { Capacity = 2, OverflowPolicy = EventOverflowPolicy.Wait }
        );
        using EventSubscription other = host.Host.Subscribe(100);
        MessagingEndpoint a = host.AddSender("a");
        MessagingEndpoint b = host.AddSender("b");
        for (int i = 0; i < 10; i++)
        {
            a.Send($"nobody{i}", []);
        }

        b.Send("nobody", []);
        a.Send("No Id", []);
        b.Send("nobody-else", []);

        (string, string, SendStatus, long)[] expected =
        [
            ("a", "nobody0", SendStatus.TargetNotFound, 1),
            ("a", "nobody1", SendStatus.TargetNotFound, 1),
            ("a", "nobody2", SendStatus.TargetNotFound, 8),
            ("b", "nobody", SendStatus.TargetNotFound, 2),
            ("a", "No Id", SendStatus.InvalidMessage, 1),
        ];
        Assert.Equal(expected, ReadRefusals(events));
        Assert.Equal(13, ReadRefusals(other).Length);

        // What was read is over: the next one is an event of its own.
        a.Send("nobody", []);
        Assert.Equal([("a", "nobody", SendStatus.TargetNotFound, 1)], ReadRefusals(events));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task StopAsync_NobodyReads_EndsAndNothingIsLost(int workers)
    {
        const int Many = 10_000;
        await using TestHost host = new(workers, listens: false);
        using EventSubscription events = host.Host.Subscribe(Waiting);
        host.Add("rejecting", TestFiles.Rejecting, new() { Mailbox = new() { Messages = Many } });
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < Many; i++)
        {
            client.Send("rejecting", []);
        }

        await host.StopAsync(TimeSpan.Zero);

        int read = 0;
        await foreach (HostEvent happened in events.WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.IsType<DeadLetter>(happened);
            read++;
        }

        Assert.Equal(Many, read);
    }

    [Fact]
    public async Task Dispose_OfAFullSubscription_LetsWorkersGoOn()
    {
        await using TestHost host = new(workers: 1, listens: false);
        EventSubscription events = host.Host.Subscribe(Waiting);
        host.Add("rejecting", TestFiles.Rejecting, new() { Mailbox = new() { Messages = 10_000 } });
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 10_000; i++)
        {
            client.Send("rejecting", []);
        }

        await TestHost.UntilAsync(() => events.IsFull, "it is full");
        events.Dispose();

        Assert.Equal(10_000, (await host.SettleAsync()).Rejected);
    }

    [Fact]
    public void EventSubscriptionOptions_WrongValues_AreRefused()
    {
        EventSubscriptionOptions options = new();

        Assert.Throws<ArgumentOutOfRangeException>(() => options.Capacity = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.OverflowPolicy = (EventOverflowPolicy)3);
        Assert.Equal((4096, EventOverflowPolicy.Drop), (options.Capacity, options.OverflowPolicy));
    }

    private static (string, string, SendStatus, long)[] ReadRefusals(EventSubscription events)
    {
        List<(string, string, SendStatus, long)> refusals = [];
        while (events.TryRead(out HostEvent? happened))
        {
            SendRefused refused = Assert.IsType<SendRefused>(happened);
            refusals.Add((refused.Sender, refused.Target, refused.Status, refused.Repeat));
        }

        return [.. refusals];
    }

    /// <summary>Reads only while the subscription is full, or when everything is settled.</summary>
    /// <returns>How many events were read, and how often it was full.</returns>
    private static async Task<(int Read, int Fills)> ReadWheneverFullAsync(TestHost host, EventSubscription events)
    {
        Task drained = host.Host.DrainAsync(TestContext.Current.CancellationToken);
        int read = 0;
        int fills = 0;
        while (!drained.IsCompleted)
        {
            await TestHost.UntilAsync(() => events.IsFull || drained.IsCompleted, "it is full, or all is settled");
            fills += events.IsFull ? 1 : 0;
            while (events.IsFull && events.TryRead(out _))
            {
                read++;
            }
        }

        while (events.TryRead(out _))
        {
            read++;
        }

        return (read, fills);
    }
}
