using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What becomes of messages for which a mailbox has no room.</summary>
public class OverflowTests
{
    private static readonly MailboxOptions ThreeNewest = new()
    {
        Messages = 3,
        OverflowPolicy = OverflowPolicy.DropOldest,
    };

    [Fact]
    public async Task Send_ToAFullMailbox_IsRefusedUntilThereIsRoom()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic, new() { Mailbox = new() { Messages = 2 } });
        MessagingEndpoint client = host.AddSender();

        SendStatus[] statuses = [.. Enumerable.Range(0, 3).Select(_ => client.Send("basic", [1]))];
        Assert.Equal([SendStatus.Accepted, SendStatus.Accepted, SendStatus.QueueFull], statuses);
        host.Host.Pump();
        Assert.Equal(SendStatus.Accepted, client.Send("basic", [1]));

        await host.SettleAsync();
        AccountingAssert.AssertEnded(basic.Statistics, handled: 3);
    }

    [Theory]
    [InlineData(OverflowPolicy.Refuse)]
    [InlineData(OverflowPolicy.DropOldest)]
    public async Task Send_LargerThanTheMailbox_IsQueueFullAndSaysWhy(OverflowPolicy overflowPolicy)
    {
        await using TestHost host = new(workers: 0);
        host.Add(
            "basic",
            TestFiles.Basic,
            new()
            {
                Mailbox = new() { Bytes = 100, OverflowPolicy = overflowPolicy },
            }
        );
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(SendStatus.Accepted, client.Send("basic", new byte[100]));
        Assert.Equal(SendStatus.QueueFull, client.Send("basic", new byte[101]));

        SendRefused refused = Assert.Single(host.Events.OfType<SendRefused>());
        Assert.Equal("the message has 101 bytes and the mailbox of 'basic' holds at most 100", refused.Reason);
        Assert.Empty(host.DeadLetters);
    }

    [Fact]
    public async Task Send_DropOldest_TheOldestMakeRoom()
    {
        await using TestHost host = new(workers: 0);
        Inbox inbox = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", inbox.Handle, new() { Mailbox = ThreeNewest });

        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", new byte[i]));
        }

        AccountingAssert.AssertBalance(host.Statistics.Messages);
        await host.SettleAsync();

        Assert.Equal([3, 4, 5], inbox.Received.Select(r => r.Bytes.Length));
        AccountingAssert.AssertEnded(client.Statistics, handled: 3, evicted: 2);
        Assert.Equal([1, 2], host.DeadLetters.Select(d => d.Length));
        Assert.All(
            host.DeadLetters,
            d => Assert.Equal(("client", "client", Outcome.Evicted), (d.Sender, d.Target, d.Outcome))
        );
        Assert.All(host.DeadLetters, d => Assert.NotEmpty(d.Reason));
    }

    [Fact]
    public async Task Send_DropOldest_BytesMakeRoomToo()
    {
        await using TestHost host = new(workers: 0);
        Inbox inbox = new();
        MailboxOptions tenBytes = new() { Bytes = 10, OverflowPolicy = OverflowPolicy.DropOldest };
        MessagingEndpoint client = host.Host.AddEndpoint("client", inbox.Handle, new() { Mailbox = tenBytes });

        foreach (int length in new[] { 4, 3, 3, 1, 9, 1 })
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", new byte[length]));
        }

        await host.SettleAsync();
        Assert.Equal([9, 1], inbox.Received.Select(r => r.Bytes.Length));
        Assert.Equal([4, 3, 3, 1], host.DeadLetters.Select(d => d.Length));
    }

    [Fact]
    public async Task Send_DropOldest_TheMessageAtHandIsNotEvicted()
    {
        await using TestHost host = new(workers: 0);
        List<int> handled = [];
        MessagingEndpoint self = null!;
        self = host.Host.AddEndpoint(
            "self",
            message =>
            {
                handled.Add(message.Bytes[0]);
                for (int i = 2; message.Bytes[0] == 1 && i <= 6; i++)
                {
                    self.Send("self", [(byte)i]);
                }
            },
            new() { Mailbox = ThreeNewest }
        );
        self.Send("self", [1]);

        await host.SettleAsync();

        Assert.Equal([1, 4, 5, 6], handled);
        AccountingAssert.AssertEnded(self.Statistics, handled: 4, evicted: 2);
    }

    /// <summary>What a worker took and gave back undelivered is not being delivered: it counts, and it is the oldest.</summary>
    [Fact]
    public async Task Send_DropOldestAfterAPartialPump_KeepsToItsBound()
    {
        await using TestHost host = new(workers: 0);
        Inbox inbox = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", inbox.Handle, new() { Mailbox = ThreeNewest });
        for (int i = 1; i <= 3; i++)
        {
            client.Send("client", new byte[i]);
        }

        host.Host.Pump(1);
        for (int i = 4; i <= 6; i++)
        {
            client.Send("client", new byte[i]);
        }

        Assert.Equal(3, host.Statistics.InMailboxes);
        await host.SettleAsync();
        Assert.Equal([1, 4, 5, 6], inbox.Received.Select(r => r.Bytes.Length));
        Assert.Equal([2, 3], host.DeadLetters.Select(d => d.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Send_DropOldestFromManyThreads_NeverRefusesAndLosesNone(int workers)
    {
        await using TestHost host = new(workers);
        Component mirror = host.Add("mirror", TestFiles.HandleMessage, new() { Mailbox = ThreeNewest });
        MessagingEndpoint[] clients = [.. Enumerable.Range(0, 4).Select(i => host.AddSender($"client{i}"))];

        await Parallelly.RunAsync(
            4,
            c =>
            {
                for (int i = 0; i < 5000; i++)
                {
                    Assert.Equal(SendStatus.Accepted, clients[c].Send("mirror", [1, 2, 3]));
                }
            }
        );
        await host.SettleAsync();

        MessageStatistics statistics = mirror.Statistics;
        Assert.Equal(20_000, statistics.Accepted);
        Assert.Equal(20_000, statistics.Handled + statistics.Evicted);
        Assert.Equal(statistics.Evicted, host.DeadLetters.Count);
    }

    [Fact]
    public async Task Send_ToAnUnboundedMailbox_TakesEverything()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        for (int i = 0; i < 20_000; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", new byte[i % 600]));
        }

        await host.SettleAsync();

        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => i % 600), inbox.Received.Select(r => r.Bytes.Length));
    }
}
