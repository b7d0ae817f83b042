using System.Buffers.Binary;
using System.Collections.Concurrent;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Requests, and messages at least once, under way when a silo dies: each has its answer or outcome.</summary>
public sealed class RequestDeathTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DeliveryGuarantee.AtMostOnce, ReplyOutcome.Undeliverable)]
    [InlineData(DeliveryGuarantee.AtLeastOnce, ReplyOutcome.Handled)]
    public async Task Request_RespondersSiloDies_IsLostOrSentAgain(DeliveryGuarantee delivery, ReplyOutcome outcome)
    {
        HeldLinks links = new();
        await using TestCluster cluster = await TestCluster.StartAsync(3, options => options.WrapPeer = links.Wrap);
        MessagingEndpoint asker = await cluster[0].AddEndpointAsync("asker");
        await DeployAsync(cluster, "responder", silo: 2, delivery);
        links.Hold(cluster[2].Silo);
        Task<Reply> reply = asker.RequestAsync("responder", new byte[] { 0, 42 }, Long, Token).AsTask();
        await TestCluster.UntilAsync(() => cluster[0].Host.Statistics.InFlight == 1);

        await cluster.KillAsync(2);

        Reply given = await reply.WaitAsync(Long, Token);
        Assert.Equal(outcome, given.Outcome);
        bool isLost = delivery == DeliveryGuarantee.AtMostOnce;
        Assert.Equal(isLost, given.Reason.Contains("died", StringComparison.Ordinal));
        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((2, isLost ? 1 : 2, isLost ? 1 : 0), (sum.Accepted, sum.Handled, sum.Lost));
        // Where it came up again it answers the next one.
        await TestCluster.UntilAsync(() =>
            cluster[0].FindHost("responder") is { } host && cluster[1].FindHost("responder") == host
        );
        Assert.True((await asker.RequestAsync("responder", new byte[] { 0, 43 }, Long, Token)).IsHandled);
        links.LetGo();
    }

    [Fact]
    public async Task Request_RequestersSiloDies_IsHandledAndNothingIsLeftOfThatSilo()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using SemaphoreSlim gate = new(0);
        using SemaphoreSlim entered = new(0);
        MessagingEndpoint here = await cluster[0]
            .AddEndpointAsync(
                "responder",
                answering: _ =>
                {
                    entered.Release();
                    gate.Wait();
                    return Answer.Of(new byte[] { 1 });
                },
                handler: _ => { }
            );
        MessagingEndpoint asker = await cluster[1].AddEndpointAsync("asker");
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, asker.Send("responder", [1]));
        }

        await cluster.SettledAsync();
        // Nobody waits for it any more when the silo is gone.
        Task<Reply> reply = asker.RequestAsync("responder", new byte[1], Long, Token).AsTask();
        await entered.WaitAsync(Token);
        Assert.Equal(1, cluster.NodeOf(0).InboundLinks);
        await cluster.KillAsync(1);
        await TestCluster.UntilAsync(() => cluster[0].FindHost("asker") is null);

        Assert.Equal(SendStatus.Accepted, here.Send("responder", [1]));
        gate.Release();

        // The link is forgotten when all that had come over it is settled, and what came is subtracted all the same.
        await TestCluster.UntilAsync(() => cluster.NodeOf(0).InboundLinks == 0);
        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((1, 1), (sum.Accepted, sum.Handled));
        Assert.Equal(102, cluster[0].Host.Statistics.Handled);
        Assert.NotEqual(ReplyOutcome.Handled, (await reply).Outcome);
    }

    [Fact]
    public async Task Send_AtLeastOnceOverAMoveAndADeath_EachMessageIsHandledUnderItsOwnNumber()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        ConcurrentQueue<long> numbers = new();
        MessagingEndpoint sender = await cluster[0].AddEndpointAsync("sender");
        await cluster[0]
            .AddEndpointAsync("log", message => numbers.Enqueue(BinaryPrimitives.ReadInt64LittleEndian(message.Bytes)));
        await DeployAsync(cluster, "sure", silo: 1, DeliveryGuarantee.AtLeastOnce);
        int accepted = 0;
        using CancellationTokenSource stop = new();
        Task sending = Task.Run(SendAsync, CancellationToken.None);
        await MoreAsync();
        await cluster[0].MoveAsync("sure", cluster.NameOf(2));
        await MoreAsync();
        await cluster.KillAsync(2);
        await TestCluster.UntilAsync(() =>
            cluster[0].FindHost("sure") is { } host && (host == cluster[0].Silo || host == cluster[1].Silo)
        );
        await MoreAsync();
        await stop.CancelAsync();
        await sending;

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal(0, sum.Lost + sum.Undeliverable + sum.Rejected + sum.Trapped);
        Assert.Equal(sum.Accepted, sum.Handled);
        long[] all = [.. numbers];
        // What was sent again has the number that it had, and none is handled more than once on each side of the death.
        Assert.InRange(all.Distinct().Count(), accepted / 2, accepted);
        Assert.InRange(all.Max() - all.Min() + 1, all.Distinct().Count(), accepted);
        Assert.All(all.CountBy(number => number), number => Assert.InRange(number.Value, 1, 2));

        Task MoreAsync()
        {
            int before = Volatile.Read(ref accepted);
            return TestCluster.UntilAsync(() => Volatile.Read(ref accepted) > before + 500);
        }

        async Task SendAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                for (int i = 0; i < 20; i++)
                {
                    // The guest sends the number of the message to the log.
                    accepted += sender.Send("sure", [5, 0]) == SendStatus.Accepted ? 1 : 0;
                }

                await TestCluster.UntilFewWaitAsync(cluster[0].Host);
            }
        }
    }

    [Fact]
    public async Task Kill_AtLeastOnce_WhatWasUnderWayIsSentAgain()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        MessagingEndpoint sender = await cluster[0].AddEndpointAsync("sender");
        await cluster.DeployAsync(
            "guest",
            "basic-handle-message",
            silo: 1,
            new() { Delivery = DeliveryGuarantee.AtLeastOnce }
        );
        int accepted = 0;
        using CancellationTokenSource stop = new();
        Task sending = Task.Run(Send, CancellationToken.None);
        await TestCluster.UntilAsync(() => Volatile.Read(ref accepted) > 500);
        await cluster.KillAsync(1);
        await TestCluster.UntilAsync(() => cluster[0].FindHost("guest") == cluster[0].Silo);
        await stop.CancelAsync();
        await sending;

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((accepted, accepted, 0), (sum.Accepted, sum.Handled, sum.Lost + sum.Undeliverable));

        async Task Send()
        {
            while (!stop.IsCancellationRequested)
            {
                for (int i = 0; i < 50; i++)
                {
                    accepted += sender.Send("guest", "\0a"u8) == SendStatus.Accepted ? 1 : 0;
                }

                await TestCluster.UntilFewWaitAsync(cluster[0].Host, few: 5000);
            }
        }
    }

    private static Task DeployAsync(TestCluster cluster, string id, int silo, DeliveryGuarantee delivery) =>
        cluster.DeployAsync(id, "conversation-core", silo, new() { SendsTo = ["*"], Delivery = delivery });
}
