using System.Collections.Concurrent;
using FireAndForget.Orleans.Links;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>The way between two silos that live: it breaks, it is slow, and what goes over it arrives once and in order.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task Send_CallsFailBeforeAndAfterTheyArrive_EachMessageArrivesOnceAndInOrder()
    {
        const int Count = 30_000;
        ConcurrentBag<FailingPeer> peers = [];
        await using TestCluster cluster = await TestCluster.StartAsync(
            2,
            options =>
            {
                // Small, so that there are many frames.
                options.Outbox = new() { Messages = 200 };
                options.WrapPeer = peer =>
                {
                    FailingPeer failing = new(peer);
                    peers.Add(failing);
                    return failing;
                };
            }
        );
        ConcurrentQueue<int> got = new();
        MessagingEndpoint sender = await cluster[0].AddEndpointAsync("sender");
        await cluster[1]
            .AddEndpointAsync(
                "receiver",
                message =>
                {
                    got.Enqueue(BitConverter.ToInt32(message.Bytes));
                    if (message.Bytes[0] == 7)
                    {
                        throw new InvalidOperationException("seven");
                    }
                }
            );
        for (int i = 0; i < Count; i++)
        {
            await sender.SendAsync("receiver", BitConverter.GetBytes(i), TestContext.Current.CancellationToken);
        }

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal(Enumerable.Range(0, Count), got);
        int trapped = Enumerable.Range(0, Count).Count(i => (byte)i == 7);
        Assert.Equal((Count, Count - trapped, trapped), (sum.Accepted, sum.Handled, sum.Trapped));
        Assert.True(peers.Sum(peer => peer.Failed) > 5, "nothing failed");
    }

    [Fact]
    public async Task Send_SlowReceiver_WaitsInTheOutboxAndOthersGoPast()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(
            2,
            options =>
            {
                options.Host = new() { Workers = 2, CompileCache = null };
                options.Outbox = new() { Messages = 1000 };
            }
        );
        using SemaphoreSlim gate = new(0);
        int fast = 0;
        MessagingEndpoint sender = await cluster[0].AddEndpointAsync("sender");
        await cluster[1].AddEndpointAsync("slow", _ => gate.Wait(), new() { Mailbox = new() { Messages = 10 } });
        await cluster[1].AddEndpointAsync("fast", _ => fast++);
        int accepted = 0;
        while (sender.Send("slow", "a"u8) == SendStatus.Accepted)
        {
            accepted++;
        }

        Assert.Equal(1000, accepted);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, sender.Send("fast", "a"u8));
        }

        await TestCluster.UntilAsync(() => fast == 100);
        // What the receiver's silo holds of it is bounded by the receiver's mailbox.
        Assert.True(cluster[1].Host.Statistics.Accepted <= 100 + 11);
        gate.Release(2000);
        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((1100, 1100), (sum.Accepted, sum.Handled));
    }

    [Fact]
    public async Task Grant_WhileAsManyMessagesAreUnderWayAsMayBe_EachOfThemHasItsOutcome()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using SemaphoreSlim gate = new(0);
        MessagingEndpoint sender = await cluster[0].AddEndpointAsync("sender");
        // So small a mailbox has the smallest window, of 64 messages.
        await cluster[1].AddEndpointAsync("slow", _ => gate.Wait(), new() { Mailbox = new() { Messages = 10 } });
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, sender.Send("slow", "a"u8));
        }

        await TestCluster.UntilAsync(() => cluster[0].Host.Statistics.InFlight == 64);
        await cluster[0].GrantAsync("slow", Capability.ReceivesFrom, "somebody");
        gate.Release(100);

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((100, 100), (sum.Accepted, sum.Handled));
    }

    /// <summary>Fails some calls before they arrive, and some when they have.</summary>
    private sealed class FailingPeer(ILinkPeer peer) : ILinkPeer
    {
        private int _calls;
        private int _failed;

        public int Failed => _failed;

        public SiloAddress Address => peer.Address;

        public async ValueTask<byte[]?> DeliverAsync(Frame frame)
        {
            int call = Interlocked.Increment(ref _calls);
            if (call % 11 == 5)
            {
                Interlocked.Increment(ref _failed);
                throw new IOException("broken before it arrived");
            }

            byte[]? settlement = await peer.DeliverAsync(frame);
            if (call % 11 == 8)
            {
                Interlocked.Increment(ref _failed);
                throw new IOException("broken when it had arrived");
            }

            return settlement;
        }

        public Task<LinkState> ResumeAsync(uint session, ulong settledThrough) =>
            peer.ResumeAsync(session, settledThrough);
    }
}
