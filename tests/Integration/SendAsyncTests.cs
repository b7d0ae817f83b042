using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Sends that wait for room, prepared senders, and draining.</summary>
public class SendAsyncTests
{
    private static readonly MessagingEndpointOptions OneMessage = new()
    {
        Mailbox = new() { Messages = 1, Bytes = 100 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendAsync_NoRoom_WaitsAndIsAccepted(bool prepared)
    {
        await using TestHost host = new(workers: 0);
        Inbox inbox = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", inbox.Handle, OneMessage);
        client.Send("client", [1]);

        Task<SendStatus> waiting = prepared
            ? client.Prepare("client").SendAsync(new byte[] { 2 }, Token).AsTask()
            : client.SendAsync("client", new byte[] { 2 }, Token).AsTask();
        Assert.False(waiting.IsCompleted);
        host.Host.Pump();

        Assert.Equal(SendStatus.Accepted, await waiting.WaitAsync(TestHost.Patience, Token));
        await host.SettleAsync();
        Assert.Equal([1, 2], inbox.Received.Select(r => (int)r.Bytes[0]));
        Assert.Equal(0, client.SendsRefused);
    }

    [Fact]
    public async Task SendAsync_LargerThanTheMailbox_DoesNotWait()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, OneMessage);

        ValueTask<SendStatus> sending = client.SendAsync("client", new byte[101], Token);

        Assert.True(sending.IsCompletedSuccessfully);
        Assert.Equal(SendStatus.QueueFull, await sending);
        Assert.Equal(1, client.SendsRefused);
    }

    [Fact]
    public async Task SendAsync_RefusedForAnotherReason_DoesNotWait()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { MaxMessageBytes = 3 });

        Assert.Equal(SendStatus.TargetNotFound, await client.SendAsync("nobody", new byte[1], Token));
        Assert.Equal(SendStatus.PayloadTooLarge, await client.SendAsync("client", new byte[4], Token));
        Assert.Equal(2, client.SendsRefused);
    }

    [Fact]
    public async Task SendAsync_CancelledWhileItWaits_IsNotSent()
    {
        await using TestHost host = new(workers: 0);
        Inbox inbox = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", inbox.Handle, OneMessage);
        client.Send("client", [1]);
        using CancellationTokenSource cancel = new();
        Task<SendStatus> waiting = client.SendAsync("client", new byte[] { 2 }, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        host.Host.Pump();
        await host.SettleAsync();
        Assert.Equal(1, inbox.Count);
        Assert.Equal(1, host.Statistics.Sent);
    }

    [Fact]
    public async Task SendAsync_CancelledBefore_IsNotSentAlthoughThereIsRoom()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await client.SendAsync("client", new byte[1], new CancellationToken(canceled: true))
        );

        await host.SettleAsync();
        Assert.Equal(0, inbox.Count);
    }

    [Fact]
    public async Task SendAsync_TargetRemovedWhileItWaits_IsRefused()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        MessagingEndpoint target = host.Host.AddEndpoint("target", _ => { }, OneMessage);
        client.Send("target", [1]);
        Task<SendStatus> waiting = client.SendAsync("target", new byte[1], Token).AsTask();

        target.Remove();

        Assert.Equal(SendStatus.TargetNotFound, await waiting.WaitAsync(TestHost.Patience, Token));
    }

    [Fact]
    public async Task SendAsync_TargetReplacedWhileItWaits_GoesToTheNewOne()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        MessagingEndpoint target = host.Host.AddEndpoint("target", _ => { }, OneMessage);
        client.Send("target", [1]);
        Task<SendStatus> waiting = client.SendAsync("target", new byte[1], Token).AsTask();
        // Not awaited in between: the waiting send looks again when the new one is there already, or refuses before.
        target.Remove();
        host.AddInbox("target", out Inbox inbox);

        SendStatus status = await waiting.WaitAsync(TestHost.Patience, Token);
        await host.SettleAsync();

        Assert.Equal(status == SendStatus.Accepted ? 1 : 0, inbox.Count);
        Assert.Contains(status, new[] { SendStatus.Accepted, SendStatus.TargetNotFound });
    }

    [Fact]
    public async Task SendAsync_HostStopsWhileItWaits_IsClosed()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, OneMessage);
        client.Send("client", [1]);
        Task<SendStatus> waiting = client.SendAsync("client", new byte[1], Token).AsTask();

        await host.StopAsync(TimeSpan.Zero);

        Assert.Equal(SendStatus.Closed, await waiting.WaitAsync(TestHost.Patience, Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SendAsync_ManySendersThroughANarrowMailbox_AllArriveInOrder(int workers)
    {
        const int Senders = 6;
        const int Each = 500;
        await using TestHost host = new(workers);
        Inbox inbox = new();
        host.Host.AddEndpoint(
            "sink",
            inbox.Handle,
            new()
            {
                Mailbox = new() { Messages = 2, Bytes = 64 },
            }
        );
        MessagingEndpoint[] clients = [.. Enumerable.Range(0, Senders).Select(i => host.AddSender($"client{i}"))];

        await Task.WhenAll(
                clients.Select(client =>
                    Task.Run(
                        async () =>
                        {
                            for (int i = 0; i < Each; i++)
                            {
                                Assert.Equal(
                                    SendStatus.Accepted,
                                    await client.SendAsync("sink", Payload.Numbered(i), Token)
                                );
                            }
                        },
                        Token
                    )
                )
            )
            .WaitAsync(TestHost.Patience, Token);
        await host.SettleAsync();

        foreach (MessagingEndpoint client in clients)
        {
            Assert.Equal(
                Enumerable.Range(0, Each),
                inbox.Received.Where(r => r.Sender == client.Id).Select(r => Payload.NumberOf(r.Bytes))
            );
        }
    }

    [Fact]
    public async Task Prepare_TargetComesGoesAndComesAgain_EachSendSeesItAsItIs()
    {
        await using TestHost host = new(workers: 0);
        PreparedSender prepared = host.AddSender().Prepare("target");
        Assert.Equal("target", prepared.Target);
        Assert.Equal(SendStatus.TargetNotFound, prepared.Send([1]));

        MessagingEndpoint first = host.AddInbox("target", out Inbox firstInbox);
        Assert.Equal(SendStatus.Accepted, prepared.Send([2]));
        host.Host.Pump();
        first.Remove();
        Assert.Equal(SendStatus.TargetNotFound, prepared.Send([3]));

        host.AddInbox("target", out Inbox secondInbox);
        Assert.Equal(SendStatus.Accepted, prepared.Send([4]));
        await host.SettleAsync();

        Assert.Equal([2], Assert.Single(firstInbox.Received).Bytes);
        Assert.Equal([4], Assert.Single(secondInbox.Received).Bytes);
    }

    [Fact]
    public async Task Prepare_InvalidId_IsRefusedAtEachSend()
    {
        await using TestHost host = new();
        PreparedSender prepared = host.AddSender().Prepare("No Id");

        Assert.Equal(SendStatus.InvalidMessage, prepared.Send([1]));
        Assert.Equal(SendStatus.InvalidMessage, await prepared.SendAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Prepare_UsedByManyThreads_LosesNothing()
    {
        await using TestHost host = new(workers: 1);
        PreparedSender prepared = host.AddSender().Prepare("sink");
        host.AddInbox("sink", out Inbox inbox);

        await Parallelly.RunAsync(
            4,
            _ =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    Assert.Equal(SendStatus.Accepted, prepared.Send(Payload.Numbered(i)));
                }
            }
        );
        await host.SettleAsync();

        Assert.Equal(8000, inbox.Count);
        Assert.All(inbox.Received.GroupBy(r => Payload.NumberOf(r.Bytes)), group => Assert.Equal(4, group.Count()));
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Drain_NothingSent_EndsAtOnce(int workers)
    {
        await using TestHost host = new(workers);

        await host.SettleAsync();
        host.AddSender();
        await host.SettleAsync();
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Drain_MessagesThatCauseMessages_WaitsForAll(int workers)
    {
        await using TestHost host = new(workers);
        Component self = host.Add(
            "self",
            "self-send.wat",
            new()
            {
                SendsTo = ["self"],
                Mailbox = new() { Messages = 4096 },
            }
        );
        MessagingEndpoint client = host.AddSender();

        // 2 + 4 + ... + 1,024 more.
        client.Send("self", [10, 2]);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(self.Statistics, handled: 2047);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Drain_AgainAndAgain_AlwaysEndsWithNothingLeft(int workers)
    {
        await using TestHost host = new(workers);
        Component mirror = host.Add("mirror", TestFiles.HandleMessage, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        for (int i = 1; i <= 1500; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("mirror", Payload.Echo(i % 40)));
            await host.SettleAsync();
            Assert.Equal(i, mirror.Statistics.Handled);
        }

        Assert.Equal(1500 - 37, inbox.Count);
    }

    [Fact]
    public async Task Drain_Cancelled_ThrowsAndTheDeliveringGoesOn()
    {
        await using TestHost host = new(workers: 1);
        using ManualResetEventSlim go = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => Assert.True(go.Wait(TestHost.Patience)));
        client.Send("client", [1]);
        using CancellationTokenSource cancel = new();
        Task draining = host.Host.DrainAsync(cancel.Token);

        Assert.False(draining.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
        go.Set();

        await host.SettleAsync();
        AccountingAssert.AssertEnded(client.Statistics, handled: 1);
    }

    [Fact]
    public async Task Drain_CancelledInManualMode_StopsPumpingAlthoughThereIsAlwaysMore()
    {
        const int Enough = 200_000;
        await using TestHost host = new(workers: 0);
        using CancellationTokenSource cancel = new();
        int handled = 0;
        MessagingEndpoint self = null!;
        self = host.Host.AddEndpoint(
            "self",
            _ =>
            {
                if (++handled == 100)
                {
                    cancel.Cancel();
                }

                if (handled < Enough)
                {
                    self.Send("self", [1]);
                }
            }
        );
        self.Send("self", [1]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Host.DrainAsync(cancel.Token));

        Assert.InRange(handled, 100, Enough - 1);
    }

    [Fact]
    public async Task Drain_FromManyTasks_AllEnd()
    {
        await using TestHost host = new(workers: 2);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        Task[] drains = new Task[50];
        for (int i = 0; i < drains.Length; i++)
        {
            client.Send("basic", [1]);
            drains[i] = host.Host.DrainAsync(Token);
        }

        await Task.WhenAll(drains).WaitAsync(TestHost.Patience, Token);
        AccountingAssert.AssertEnded(basic.Statistics, handled: drains.Length);
    }
}
