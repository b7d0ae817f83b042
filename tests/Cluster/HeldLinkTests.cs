using System.Collections.Concurrent;
using System.Text;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Moves while a link lets nothing through: what a component sent from its old place arrives before what it sends from its new one.</summary>
[Collection(nameof(ThreeSilos))]
public sealed class HeldLinkTests(ThreeSilos silos) : IAsyncLifetime
{
    /// <summary>So long a move waits in vain, as no time is enough for it.</summary>
    private static readonly TimeSpan InVain = TimeSpan.FromMilliseconds(200);

    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await silos.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Move_RequestOfTheComponentIsUnderWay_StaysUntilItHasArrived()
    {
        ConcurrentQueue<string> got = new();
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client");
        await _cluster[1]
            .AddEndpointAsync(
                "log",
                answering: _ =>
                {
                    got.Enqueue("request");
                    return Answer.Of(new byte[] { 1 });
                },
                handler: message => got.Enqueue($"plain, {message.Bytes.Length} bytes")
            );
        await _cluster.DeployAsync("asker", "conversation-core", silo: 0, new() { SendsTo = ["log"] });

        // It asks the log, which is on a silo that cannot be reached for now.
        silos.Links.Hold(_cluster[1].Silo);
        await TellAsync(1, "log");
        silos.MoveTimeout = InVain;
        await Assert.ThrowsAsync<TimeoutException>(() => _cluster[0].MoveAsync("asker", _cluster.NameOf(2)));
        silos.MoveTimeout = TestCluster.Patience;
        Assert.Equal(_cluster[0].Silo, _cluster[0].FindHost("asker"));
        Assert.Empty(got);

        silos.Links.LetGo();
        // It sends what it is answered to the log, too.
        await TestCluster.UntilAsync(() => got.Count == 2);
        await _cluster[0].MoveAsync("asker", _cluster.NameOf(2));
        // It sends the number of this message to the log.
        await TellAsync(5, "");
        await _cluster.SettledAsync();
        Assert.Equal(["request", "plain, 10 bytes", "plain, 8 bytes"], got);

        async Task TellAsync(byte operation, string id) =>
            Assert.True(
                (
                    await client.SendAndWaitAsync(
                        "asker",
                        (byte[])[operation, (byte)id.Length, .. Encoding.ASCII.GetBytes(id)],
                        TestContext.Current.CancellationToken
                    )
                ).IsHandled
            );
    }

    [Fact]
    public async Task Move_TimesOutWhileMessagesAreUnderWayToTheComponent_EachOfThemHasItsOutcome()
    {
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client");
        await _cluster.DeployAsync("guest", "basic-handle-message", silo: 1);

        silos.Links.Hold(_cluster[1].Silo);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", "\0a"u8));
        }

        await TestCluster.UntilAsync(() => _cluster[0].Host.Statistics.InFlight == 5);
        silos.MoveTimeout = InVain;
        await Assert.ThrowsAsync<TimeoutException>(() => _cluster[0].MoveAsync("guest", _cluster.NameOf(2)));
        silos.Links.LetGo();

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((5, 5), (sum.Accepted, sum.Handled));
    }
}
