using System.Buffers.Binary;
using System.Collections.Concurrent;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Requests to another silo of which something goes wrong: time is over, the responder moves, one of the two silos dies.</summary>
public sealed class RequestTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_NoAnswerInTime_TimesOutAndTheAnswerIsLate()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using SemaphoreSlim gate = new(0);
        MessagingEndpoint asker = await cluster[0].AddEndpointAsync("asker");
        await cluster[1]
            .AddEndpointAsync(
                "responder",
                answering: _ =>
                {
                    gate.Wait();
                    return Answer.Of(new byte[] { 1 });
                }
            );

        Reply late = await asker.RequestAsync("responder", new byte[1], TimeSpan.FromMilliseconds(20), Token);
        gate.Release(2);
        Reply next = await asker.RequestAsync("responder", new byte[1], Long, Token);

        Assert.Equal((ReplyOutcome.TimedOut, ReplyOutcome.Handled), (late.Outcome, next.Outcome));
        HostStatistics sum = await cluster.SettledAsync();
        // Two requests, both handled there, and two replies.
        Assert.Equal((4, 4, 2, 1), (sum.Accepted, sum.Handled, sum.Requests, sum.LateReplies));
    }

    [Fact]
    public async Task Request_ResponderMovesWhileManyAreOpen_EachHasItsAnswer()
    {
        const int Askers = 8;
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await DeployAsync(cluster, "responder", silo: 0, DeliveryGuarantee.AtMostOnce);
        using CancellationTokenSource stop = new();
        int asked = 0;
        MessagingEndpoint[] askers = new MessagingEndpoint[3];
        for (int i = 0; i < askers.Length; i++)
        {
            askers[i] = await cluster[i].AddEndpointAsync($"asker{i}");
        }

        Task[] asking = [.. Enumerable.Range(0, Askers).Select(i => Task.Run(() => AskAsync(askers[i % 3])))];
        foreach (int to in (int[])[1, 2, 0, 1])
        {
            int before = Volatile.Read(ref asked);
            await TestCluster.UntilAsync(() => Volatile.Read(ref asked) > before + 50);
            await cluster[0].MoveAsync("responder", cluster.NameOf(to));
        }

        await stop.CancelAsync();
        await Task.WhenAll(asking);

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((asked, 2 * asked, 2 * asked), (sum.Requests, sum.Accepted, sum.Handled));

        async Task AskAsync(MessagingEndpoint asker)
        {
            while (!stop.IsCancellationRequested)
            {
                byte number = (byte)Interlocked.Increment(ref asked);
                Reply reply = await asker.RequestAsync("responder", new byte[] { 0, number }, Long, Token);
                Assert.True(reply.IsHandled, reply.ToString());
                Assert.Equal([number], reply.Bytes.ToArray());
            }
        }
    }

    [Fact]
    public async Task Request_IsUnderWayWhenTheResponderIsToMove_IsAnsweredBeforeItGoes()
    {
        HeldLinks links = new();
        await using TestCluster cluster = await TestCluster.StartAsync(3, options => options.WrapPeer = links.Wrap);
        MessagingEndpoint asker = await cluster[0].AddEndpointAsync("asker");
        await DeployAsync(cluster, "responder", silo: 1, DeliveryGuarantee.AtMostOnce);
        links.Hold(cluster[1].Silo);
        Task<Reply> reply = asker.RequestAsync("responder", new byte[] { 0, 42 }, Long, Token).AsTask();
        await TestCluster.UntilAsync(() => cluster[0].Host.Statistics.InFlight == 1);

        Task move = cluster[0].MoveAsync("responder", cluster.NameOf(2));
        links.LetGo();

        await move;
        Assert.Equal([42], (await reply).Bytes.ToArray());
        Assert.Equal(cluster[2].Silo, cluster[0].FindHost("responder"));
    }

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

                await Task.Delay(1, CancellationToken.None);
            }
        }
    }

    /// <summary>Deploys a guest that answers as it is asked to.</summary>
    private static async Task DeployAsync(TestCluster cluster, string id, int silo, DeliveryGuarantee delivery)
    {
        string version = await cluster[0].StoreAsync(TestCluster.Guest("conversation-core"), Token);
        await cluster[0]
            .DeployAsync(
                id,
                version,
                new()
                {
                    SendsTo = ["*"],
                    Delivery = delivery,
                    Placement = new() { Silo = cluster.NameOf(silo) },
                }
            );
        await TestCluster.UntilAsync(() =>
            Enumerable.Range(0, cluster.Count).All(i => cluster[i].FindHost(id) is not null)
        );
    }
}
