using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Moves while a link lets nothing through: what a component sent from its old place arrives before what it sends from its new one.</summary>
public sealed class HeldLinkTests
{
    [Fact]
    public async Task Move_RequestOfTheComponentIsUnderWay_StaysUntilItHasArrived()
    {
        HeldLinks links = new();
        await using TestCluster cluster = await TestCluster.StartAsync(
            3,
            options =>
            {
                // The first move waits for as long as this.
                options.MoveTimeout = TimeSpan.FromSeconds(2);
                options.WrapPeer = links.Wrap;
            }
        );
        ConcurrentQueue<string> got = new();
        MessagingEndpoint client = await cluster[0].AddEndpointAsync("client");
        await cluster[1]
            .AddEndpointAsync(
                "log",
                answering: _ =>
                {
                    got.Enqueue("request");
                    return Answer.Of(new byte[] { 1 });
                },
                handler: message => got.Enqueue($"plain, {message.Bytes.Length} bytes")
            );
        string version = await cluster[0]
            .StoreAsync(TestCluster.Guest("conversation-core"), TestContext.Current.CancellationToken);
        await cluster[0]
            .DeployAsync(
                "asker",
                version,
                new()
                {
                    SendsTo = ["log"],
                    Placement = new() { Silo = cluster.NameOf(0) },
                }
            );

        // It asks the log, which is on a silo that cannot be reached for now.
        links.Hold(cluster[1].Silo);
        await TellAsync(1, "log");
        await Assert.ThrowsAsync<TimeoutException>(() => cluster[0].MoveAsync("asker", cluster.NameOf(2)));
        Assert.Equal(cluster[0].Silo, cluster[0].FindHost("asker"));
        Assert.Empty(got);

        links.LetGo();
        // It sends what it is answered to the log, too.
        await TestCluster.UntilAsync(() => got.Count == 2);
        await cluster[0].MoveAsync("asker", cluster.NameOf(2));
        // It sends the number of this message to the log.
        await TellAsync(5, "");
        await cluster.SettledAsync();
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
        HeldLinks links = new();
        await using TestCluster cluster = await TestCluster.StartAsync(
            3,
            options =>
            {
                options.MoveTimeout = TimeSpan.FromSeconds(2);
                options.WrapPeer = links.Wrap;
            }
        );
        MessagingEndpoint client = await cluster[0].AddEndpointAsync("client");
        string version = await cluster[0]
            .StoreAsync(TestCluster.Guest("basic-handle-message"), TestContext.Current.CancellationToken);
        await cluster[0].DeployAsync("guest", version, new() { Placement = new() { Silo = cluster.NameOf(1) } });

        links.Hold(cluster[1].Silo);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", "\0a"u8));
        }

        await TestCluster.UntilAsync(() => cluster[0].Host.Statistics.InFlight == 5);
        await Assert.ThrowsAsync<TimeoutException>(() => cluster[0].MoveAsync("guest", cluster.NameOf(2)));
        links.LetGo();

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((5, 5), (sum.Accepted, sum.Handled));
    }
}
