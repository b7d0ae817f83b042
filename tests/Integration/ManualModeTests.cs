using Xunit;

namespace FireAndForget.Tests;

/// <summary>A host without workers: nothing is delivered but by pumping.</summary>
public class ManualModeTests
{
    [Fact]
    public async Task Pump_Never_DeliversNothing()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("client", [1]);

        Assert.Equal(0, inbox.Count);
        Assert.Equal(1, host.Host.Pump());
        Assert.Equal(1, inbox.Count);
        Assert.Equal(0, host.Host.Pump());
    }

    [Fact]
    public async Task Pump_OnlyAFew_DeliversThemInOrder()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        Component basic = host.Add("basic", TestFiles.Basic);
        for (int i = 0; i < 10; i++)
        {
            client.Send("client", [(byte)i]);
            client.Send("basic", [(byte)i]);
        }

        int settled = 0;
        foreach (int most in new[] { 0, 1, 3, 7, 4 })
        {
            Assert.Equal(most, host.Host.Pump(most));
            settled += most;
            Assert.Equal(settled, inbox.Count + basic.Statistics.Handled);
        }

        Assert.Equal(5, host.Host.Pump(100));
        Assert.Equal(Enumerable.Range(0, 10), inbox.Received.Select(r => (int)r.Bytes[0]));
        AccountingAssert.AssertEnded(basic.Statistics, handled: 10);
    }

    [Fact]
    public async Task Pump_OnlyAFewOfARemovedReceiver_SettlesNoMore()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        for (int i = 0; i < 10; i++)
        {
            client.Send("basic", [1]);
        }

        basic.Remove();
        client.Send("client", [1]);

        Assert.Equal(3, host.Host.Pump(3));
        Assert.Equal((3, 7), (basic.Statistics.Undeliverable, basic.Statistics.Queued));
        Assert.Equal(8, host.Host.Pump());
        Assert.Equal(1, inbox.Count);
        AccountingAssert.AssertEnded(basic.Statistics, undeliverable: 10);
    }

    [Fact]
    public async Task Pump_SeveralReceivers_TheyTakeTurns()
    {
        await using TestHost host = new(workers: 0);
        List<string> order = [];
        foreach (string id in new[] { "a", "b" })
        {
            host.Host.AddEndpoint(id, _ => order.Add(id), TestHost.Roomy);
        }

        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 2000; i++)
        {
            client.Send("a", [1]);
            client.Send("b", [1]);
        }

        host.Host.Pump();

        // Neither has to wait until the other is done.
        Assert.True(order.IndexOf("b") < order.LastIndexOf("a"));
        Assert.True(order.LastIndexOf("a") > order.LastIndexOf("b") - 2000);
        Assert.Equal(4000, order.Count);
    }

    [Fact]
    public async Task Pump_WhatIsSentMeanwhile_IsDeliveredToo()
    {
        await using TestHost host = new(workers: 0);
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("mirror", [1, 2]);

        Assert.Equal(2, host.Host.Pump());
        Assert.Equal([2, 1], Assert.Single(inbox.Received).Bytes);
    }

    [Fact]
    public async Task Pump_WithWorkers_Throws()
    {
        await using TestHost host = new(workers: 3);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => host.Host.Pump());

        Assert.Contains("This host has 3 workers", e.Message, StringComparison.Ordinal);
        Assert.Contains("Workers = 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pump_Negative_Throws()
    {
        await using TestHost host = new(workers: 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => host.Host.Pump(-1));
    }

    [Fact]
    public async Task Pump_ByAHandler_ThrowsThereAndTheHostGoesOn()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => host.Host.Pump());
        client.Send("client", [1]);
        client.Send("client", [2]);

        Assert.Equal(2, host.Host.Pump());

        AccountingAssert.AssertEnded(client.Statistics, trapped: 2);
        Assert.All(
            host.DeadLetters,
            d => Assert.Contains("Pump is running already", d.Reason, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Pump_OnAnotherThreadMeanwhile_Throws()
    {
        await using TestHost host = new(workers: 0);
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim go = new();
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            _ =>
            {
                entered.Set();
                Assert.True(go.Wait(TestHost.Patience));
            }
        );
        client.Send("client", [1]);
        Task<int> pumping = Task.Run(() => host.Host.Pump(), TestContext.Current.CancellationToken);
        Assert.True(entered.Wait(TestHost.Patience, TestContext.Current.CancellationToken));

        Assert.Throws<InvalidOperationException>(() => host.Host.Pump());

        go.Set();
        Assert.Equal(1, await pumping);
    }

    [Fact]
    public async Task Pump_OnOneThreadAfterAnother_Works()
    {
        await using TestHost host = new(workers: 0);
        Component echo = host.Add("echo", TestFiles.Echo, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        for (int i = 0; i < 8; i++)
        {
            client.Send("echo", [0, (byte)i]);
            await Parallelly.RunAsync(1, _ => host.Host.Pump());
        }

        AccountingAssert.AssertEnded(echo.Statistics, handled: 8);
        Assert.Equal(Enumerable.Range(0, 8), inbox.Received.Select(r => (int)r.Bytes[1]));
    }

    [Fact]
    public async Task Pump_WhileOthersSend_DeliversAll()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        int running = 2;
        long accepted = 0;
        Task sending = Parallelly.RunAsync(
            2,
            _ =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    if (client.Send("basic", [1, 2, 3]) == SendStatus.Accepted)
                    {
                        Interlocked.Increment(ref accepted);
                    }
                }

                Interlocked.Decrement(ref running);
            }
        );
        while (Volatile.Read(ref running) != 0)
        {
            host.Host.Pump();
        }

        await sending;
        await host.SettleAsync();
        AccountingAssert.AssertEnded(basic.Statistics, handled: accepted);
    }

    [Fact]
    public async Task Pump_AfterTheHostStopped_DoesNothing()
    {
        TestHost host = new(workers: 0);
        await host.DisposeAsync();

        Assert.Equal(0, host.Host.Pump());
    }
}
