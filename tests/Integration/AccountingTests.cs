using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Every accepted message ends in exactly one outcome, and the statistics say so at any time.</summary>
public class AccountingTests
{
    /// <summary>Everything at once: echoes, rejections, traps with restarts, evictions, refusals, removals.</summary>
    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Statistics_WhileSendersRun_BalanceInEverySnapshot(int workers)
    {
        await using TestHost host = new(workers);
        ComponentOptions options = new()
        {
            SendsTo = ["*"],
            Restart = new() { Max = int.MaxValue },
        };
        host.Add("mirror", TestFiles.HandleMessage, options.With(o => o.Mailbox = new() { Messages = 64 }));
        host.Add("echo", TestFiles.Echo, options);
        host.AddText("counting", GuestTexts.Counting, options);
        host.Add(
            "dropping",
            TestFiles.Basic,
            options.With(o => o.Mailbox = new() { Messages = 8, OverflowPolicy = OverflowPolicy.DropOldest })
        );
        string[] targets = ["mirror", "echo", "counting", "dropping", "nobody"];
        MessagingEndpoint[] clients = [.. Enumerable.Range(0, 3).Select(i => host.AddInbox($"client{i}", out _))];
        long sent = 0;
        int running = clients.Length;

        Task senders = Parallelly.RunAsync(
            clients.Length,
            c =>
            {
                byte[][] messages =
                [
                    [],
                    [0],
                    [Payload.EchoCommand, 2],
                    [7],
                    [0xFF],
                    new byte[40_000],
                ];
                for (int i = 0; i < 1500; i++)
                {
                    clients[c].Send(targets[i % targets.Length], messages[(i / 3 + c) % messages.Length]);
                    Interlocked.Increment(ref sent);
                    if (workers == 0 && c == 0 && i % 50 == 0)
                    {
                        host.Host.Pump(100);
                    }
                }

                Interlocked.Decrement(ref running);
            }
        );
        int snapshots = 0;
        long accepted = 0;
        while (Volatile.Read(ref running) != 0 || snapshots == 0)
        {
            HostStatistics statistics = host.Statistics;
            AccountingAssert.AssertBalance(statistics.Messages);
            Assert.True(statistics.Accepted >= accepted, $"Accepted went back from {accepted}: {statistics}");
            accepted = statistics.Accepted;
            snapshots++;
            await Task.Yield();
        }

        await senders;
        HostStatistics last = await host.SettleAsync();
        Assert.True(
            last.Trapped > 0 && last.Rejected > 0 && last.Refused > 0,
            $"It did not come to everything: {last}"
        );
        Assert.Equal(last.Accepted - last.Handled, host.DeadLetters.Count);
        Assert.Equal(last.Refused, host.Events.OfType<SendRefused>().Count());
        long fromGuests = host
            .Events.OfType<SendRefused>()
            .Count(r => !r.Sender.StartsWith("client", StringComparison.Ordinal));
        long echoes = clients.Sum(c => c.Statistics.Accepted);
        Assert.Equal(sent, last.Sent - fromGuests - echoes);
    }

    [Fact]
    public async Task Statistics_Snapshot_NeverCountsMoreThanWasSent()
    {
        await using TestHost host = new(workers: 1);
        Component basic = host.Add("basic", TestFiles.Basic, new() { Mailbox = new() { Messages = 100_000 } });
        MessagingEndpoint client = host.AddSender();
        long started = 0;
        bool done = false;

        Task sender = Parallelly.RunAsync(
            1,
            _ =>
            {
                for (int i = 0; i < 200_000; i++)
                {
                    Interlocked.Increment(ref started);
                    client.Send("basic", [1]);
                }

                Volatile.Write(ref done, true);
            }
        );
        while (!Volatile.Read(ref done))
        {
            for (int i = 0; i < 100; i++)
            {
                long accepted = basic.Statistics.Accepted;
                long most = Interlocked.Read(ref started);
                Assert.True(accepted <= most, $"{accepted} are accepted, and at most {most} were sent.");
            }

            await Task.Yield();
        }

        await sender;
        await host.SettleAsync();
    }

    [Fact]
    public async Task Statistics_AtRestBeforeDelivery_AgreeWithTheMailboxes()
    {
        await using TestHost host = new(workers: 0);
        Component ring = host.Add("ring", TestFiles.Basic);
        ComponentOptions drops = new()
        {
            Mailbox = new() { Messages = 4, OverflowPolicy = OverflowPolicy.DropOldest },
        };
        Component dropping = host.Add("dropping", TestFiles.Basic, drops);
        MessagingEndpoint client = host.AddInbox("client", out _);
        for (int i = 0; i < 10; i++)
        {
            client.Send("ring", new byte[i * 5000]);
            client.Send("dropping", [1]);
            client.Send("client", [1]);
        }

        AccountingAssert.AssertAtRest(host.Statistics.Messages);
        Assert.Equal(
            (10, 4, 24),
            (ring.Statistics.InMailboxes, dropping.Statistics.InMailboxes, host.Statistics.InMailboxes)
        );
        host.Host.Pump(7);
        AccountingAssert.AssertAtRest(host.Statistics.Messages);
        Assert.Equal(24 - 7, host.Statistics.InMailboxes);
    }

    /// <summary>When the last outcome is seen the receiver is at rest: its mailbox holds nothing any more.</summary>
    [Theory]
    [InlineData(TestFiles.Basic)]
    [InlineData(TestFiles.Rejecting)]
    [InlineData("send-as-realloc.wat")]
    [InlineData(null)]
    public async Task Statistics_WithTheLastOutcome_TheMailboxIsEmpty(string? guest)
    {
        await using TestHost host = new(workers: 1, listens: false);
        MessagingEndpoint client = host.AddSender();
        if (guest is null)
        {
            host.AddInbox("target", out _);
        }
        else
        {
            host.Add("target", guest, new() { Restart = new() { Max = int.MaxValue } });
        }

        for (int i = 1; i <= 3000; i++)
        {
            client.Send("target", [1]);
            HostStatistics statistics = host.Statistics;
            Assert.True(SpinWait.SpinUntil(() => IsSettled(statistics = host.Statistics), TestHost.Patience));
            AccountingAssert.AssertAtRest(statistics.Messages);
        }

        static bool IsSettled(HostStatistics statistics) => statistics.Queued + statistics.InFlight == 0;
    }

    [Fact]
    public async Task Statistics_OfAHandlerAtWork_CountItsMessageAsInFlight()
    {
        await using TestHost host = new(workers: 0);
        MessageStatistics? seen = null;
        MessagingEndpoint endpoint = null!;
        endpoint = host.Host.AddEndpoint("self", _ => seen ??= endpoint.Statistics);
        endpoint.Send("self", [1]);
        endpoint.Send("self", [2]);

        await host.SettleAsync();

        AccountingAssert.AssertAtRest(seen!);
        Assert.Equal(2, seen!.Queued + seen.InFlight);
        Assert.InRange(seen.InFlight, 1, 2);
    }

    [Fact]
    public async Task Statistics_OfRemovedParts_StayInTheSum()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        client.Send("basic", [1]);
        host.Host.Pump();
        client.Send("basic", [1]);
        client.Send("nobody", [1]);

        basic.Remove();
        client.Remove();
        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(statistics.Messages, handled: 1, undeliverable: 1);
        Assert.Equal((1, 3), (statistics.Refused, statistics.Sent));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Statistics_RefusedAfterTheSenderIsGone_AreCountedToo(bool stopped)
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        if (stopped)
        {
            await host.StopAsync(TimeSpan.Zero);
        }
        else
        {
            client.Remove();
            await host.SettleAsync();
        }

        client.Send("nobody", [1]);

        Assert.Equal(1, client.SendsRefused);
        Assert.Equal(1, host.Statistics.Refused);
    }
}
