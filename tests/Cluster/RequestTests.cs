using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Requests to another silo where time is over or the responder moves.</summary>
[Collection(nameof(ThreeSilos))]
public sealed class RequestTests(ThreeSilos silos) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private TestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await silos.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Request_NoAnswerInTime_TimesOutAndTheAnswerIsLate()
    {
        using SemaphoreSlim gate = new(0);
        MessagingEndpoint asker = await _cluster[0].AddEndpointAsync("asker");
        await _cluster[1]
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
        HostStatistics sum = await _cluster.SettledAsync();
        // Two requests, both handled there, and two replies.
        Assert.Equal((4, 4, 2, 1), (sum.Accepted, sum.Handled, sum.Requests, sum.LateReplies));
    }

    [Fact]
    public async Task Request_ResponderMovesWhileManyAreOpen_EachHasItsAnswer()
    {
        const int Askers = 8;
        await DeployAsync(silo: 0);
        using CancellationTokenSource stop = new();
        int asked = 0;
        MessagingEndpoint[] askers = new MessagingEndpoint[3];
        for (int i = 0; i < askers.Length; i++)
        {
            askers[i] = await _cluster[i].AddEndpointAsync($"asker{i}");
        }

        Task[] asking = [.. Enumerable.Range(0, Askers).Select(i => Task.Run(() => AskAsync(askers[i % 3])))];
        foreach (int to in (int[])[1, 2, 0, 1])
        {
            int before = Volatile.Read(ref asked);
            await TestCluster.UntilAsync(() => Volatile.Read(ref asked) > before + 50);
            await _cluster[0].MoveAsync("responder", _cluster.NameOf(to));
        }

        await stop.CancelAsync();
        await Task.WhenAll(asking);

        HostStatistics sum = await _cluster.SettledAsync();
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
        MessagingEndpoint asker = await _cluster[0].AddEndpointAsync("asker");
        await DeployAsync(silo: 1);
        silos.Links.Hold(_cluster[1].Silo);
        Task<Reply> reply = asker.RequestAsync("responder", new byte[] { 0, 42 }, Long, Token).AsTask();
        await TestCluster.UntilAsync(() => _cluster[0].Host.Statistics.InFlight == 1);

        Task move = _cluster[0].MoveAsync("responder", _cluster.NameOf(2));
        silos.Links.LetGo();

        await move;
        Assert.Equal([42], (await reply).Bytes.ToArray());
        Assert.Equal(_cluster[2].Silo, _cluster[0].FindHost("responder"));
    }

    /// <summary>Deploys a guest that answers as it is asked to.</summary>
    private Task DeployAsync(int silo) =>
        _cluster.DeployAsync("responder", "conversation-core", silo, new() { SendsTo = ["*"] });
}
