using Xunit;

namespace FireAndForget.Tests;

/// <summary>What a page or console is to show of a running host: traffic, capabilities, options, what a guest is; and restarts on request.</summary>
public class LookingAtAHostTests
{
    /// <summary>Counts its messages, and sends the count to "client".</summary>
    private const string Counter = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 16) "client")
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
            (call $send (i32.const 16) (i32.const 6) (i32.const 0) (i32.const 1))))
        """;

    private static readonly ComponentOptions ToClient = new() { SendsTo = ["client"] };

    [Fact]
    public async Task WatchTraffic_SeveralSenders_TellsThemApart()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out _);
        MessagingEndpoint other = host.AddSender("other");
        host.AddText("counter", Counter, ToClient);
        client.Send("counter", [1]);
        await host.SettleAsync();

        using TrafficWatch watch = host.Host.WatchTraffic();
        Assert.Empty(watch.Read());
        host.AddText("later", Counter, ToClient);
        client.Send("counter", [1]);
        other.Send("counter", [1]);
        other.Send("counter", [1]);
        other.Send("later", [1]);
        await host.SettleAsync();

        // What came before the watch is not in it, and a component that was added meanwhile is.
        Assert.Equal(
            [
                ("client", "counter", 1),
                ("counter", "client", 3),
                ("later", "client", 1),
                ("other", "counter", 2),
                ("other", "later", 1),
            ],
            Flows(watch).OrderBy(flow => (flow.Sender, flow.Target))
        );
    }

    /// <summary>The sum is exact also where only some messages of a turn are looked at.</summary>
    [Fact]
    public async Task WatchTraffic_ManyMessagesAtOnce_SharesAreRight()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { });
        MessagingEndpoint other = host.AddSender("other");
        using TrafficWatch watch = host.Host.WatchTraffic();
        for (int i = 0; i < 400; i++)
        {
            (i < 100 ? client : other).Send("client", [1]);
        }

        await host.SettleAsync();

        Assert.Equal([("client", "client", 100), ("other", "client", 300)], Flows(watch).OrderBy(flow => flow.Sender));
    }

    /// <summary>What is estimated of a busy receiver is the same in each run with a seed.</summary>
    [Fact]
    public async Task WatchTraffic_HostWithASeed_SamplesTheSameTurnsInEachRun() =>
        Assert.Equal(await FlowsOfABusyReceiverAsync(), await FlowsOfABusyReceiverAsync());

    /// <summary>A reply counted as one more message of whoever had sent the one before.</summary>
    [Fact]
    public async Task WatchTraffic_RepliesToAGuest_AreOfWhoAnswered()
    {
        await using TestHost host = new(workers: 0);
        host.Add("asker", TestFiles.ConversationCore, new() { SendsTo = ["answering"] });
        host.Host.AddEndpoint("answering", _ => Answer.Of(default));
        MessagingEndpoint client = host.AddSender();
        using TrafficWatch watch = host.Host.WatchTraffic();

        for (int i = 0; i < 3; i++)
        {
            client.Send("asker", [1, 9, .. "answering"u8, 0]);
        }

        await host.SettleAsync();

        Assert.Equal(
            [("answering", "asker", 3), ("asker", "answering", 3), ("client", "asker", 3)],
            Flows(watch).OrderBy(flow => flow.Sender)
        );
    }

    [Fact]
    public async Task WatchTraffic_AsyncHandlersAndMessagesWithAContext_AreCounted()
    {
        await using TestHost host = new(workers: 1);
        using TrafficWatch watch = host.Host.WatchTraffic();
        MessagingEndpoint client = host.AddSender();
        host.Host.AddEndpoint("slow", async (_, _) => await Task.Yield());

        for (int i = 0; i < 3; i++)
        {
            MessageFate fate = await client.SendAndWaitAsync("slow", [1], TestContext.Current.CancellationToken);
            Assert.True(fate.IsHandled);
        }

        // A worker counts behind the outcome.
        await TestHost.UntilAsync(() => watch.Read().Sum(flow => flow.Messages) == 3, "all are counted");
        Assert.Equal("3 messages from client to slow", Assert.Single(watch.Read()).ToString());
    }

    [Fact]
    public async Task WatchTraffic_Disposed_CountsNoMore()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out _);
        TrafficWatch first = host.Host.WatchTraffic();
        TrafficWatch second = host.Host.WatchTraffic();
        client.Send("client", [1]);
        await host.SettleAsync();

        first.Dispose();
        first.Dispose();
        Assert.Single(second.Read());
        second.Dispose();
        Assert.Empty(second.Read());
    }

    [Fact]
    public async Task Component_WhileItRuns_TellsItsOptionsCapabilitiesAndGuest()
    {
        await using TestHost host = new(workers: 0);
        host.AddInbox("client", out _);
        Component counter = host.AddText(
            "counter",
            Counter,
            new()
            {
                SendsTo = ["client"],
                ReceivesFrom = ["a*", "client"],
                MaxMessageBytes = 77,
            }
        );

        host.Host.Grant("counter", Capability.SendsTo, "audit/*");
        host.Host.Revoke("counter", Capability.ReceivesFrom, "a*");

        Assert.Equal(["client", "audit/*"], counter.SendsTo);
        Assert.Equal(["client"], counter.ReceivesFrom);
        Assert.Equal(77, counter.Options.MaxMessageBytes);
        counter.Options.MaxMessageBytes = 1;
        Assert.Equal(77, counter.Options.MaxMessageBytes);
        Assert.False(counter.Inspection.IsComponent);
        Assert.Equal(["host-messaging.send"], counter.Inspection.Imports);
        Assert.Equal(GuestRuntime.Direct, counter.Inspection.Runtime);
        Assert.Null(counter.Inspection.Refusal);
        Assert.Equal(65_536, counter.MemoryBytes);
        Assert.True(host.Host.TryGetEndpoint("client", out MessagingEndpoint? client));
        Assert.Equal(["*"], client.SendsTo);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Restart_AComponent_ForgetsAndGoesOnWithWhatWaits(int workers)
    {
        await using TestHost host = new(workers);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        Component counter = host.AddText(
            "counter",
            Counter,
            new()
            {
                SendsTo = ["client"],
                Restart = new() { Max = 0 },
            }
        );
        client.Send("counter", [1]);
        client.Send("counter", [1]);
        await host.SettleAsync();

        await counter.RestartAsync(TestContext.Current.CancellationToken);
        client.Send("counter", [1]);
        await host.SettleAsync();

        Assert.Equal([1, 2, 1], inbox.Received.Select(r => r.Bytes[0]));
        Assert.Equal(0, counter.Restarts);
        AccountingAssert.AssertEnded(counter.Statistics, handled: 3);
    }

    [Fact]
    public async Task Restart_AComponentThatIsGone_Throws()
    {
        await using TestHost host = new(workers: 0);
        Component counter = host.AddText("counter", Counter);
        counter.Remove();

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            counter.RestartAsync(TestContext.Current.CancellationToken)
        );
    }

    private static async Task<(string Sender, string Target, long Messages)[]> FlowsOfABusyReceiverAsync()
    {
        await using MessagingHost host = new(new() { Workers = 0, RandomSeed = 7 });
        host.AddEndpoint("sink", _ => { });
        MessagingEndpoint[] senders = [.. Enumerable.Range(0, 8).Select(i => host.AddEndpoint($"sender{i}"))];
        using TrafficWatch watch = host.WatchTraffic();
        for (int i = 0; i < 10_000; i++)
        {
            senders[i % senders.Length].Send("sink", [1]);
            host.Pump();
        }

        return [.. Flows(watch).OrderBy(flow => flow.Sender)];
    }

    private static IEnumerable<(string Sender, string Target, long Messages)> Flows(TrafficWatch watch) =>
        watch.Read().Select(flow => (flow.Sender, flow.Target, flow.Messages));
}
