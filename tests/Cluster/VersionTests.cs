using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Silos that are upgraded one by one: neighbouring versions of what they say to each other work together, others are refused.</summary>
public sealed class VersionTests
{
    [Fact]
    public async Task Upgrade_SiloBySilo_MessagesCrossAndTopicsDoWhenBothKnowThem()
    {
        int version = 1;
        await using TestCluster cluster = await TestCluster.StartAsync(1, options => options.ProtocolVersion = version);
        version = 2;
        await cluster.AddAsync();
        int gotByOld = 0;
        int gotByNew = 0;
        MessagingEndpoint old = await cluster[0]
            .AddEndpointAsync("old", _ => gotByOld++, new() { SubscribesTo = ["news"] });
        MessagingEndpoint fresh = await cluster[1]
            .AddEndpointAsync("fresh", _ => gotByNew++, new() { SubscribesTo = ["news"] });
        await cluster.DeployAsync("guest", "basic-handle-message", silo: 0, new() { SubscribesTo = ["news"] });

        Assert.Equal(SendStatus.Accepted, old.Send("fresh", "a"u8));
        Assert.Equal(SendStatus.Accepted, fresh.Send("old", "a"u8));
        // The older one would take it for a message that was sent to it: it is none of the subscribers.
        Assert.Equal(1, fresh.Publish("news", "\0a"u8).Accepted);
        Assert.Equal(2, old.Publish("news", "\0a"u8).Accepted);
        await cluster.SettledAsync();
        Assert.Equal((2, 2), (gotByOld, gotByNew));

        // What was deployed before subscribes as soon as a silo has it that knows of topics.
        await cluster[0].MoveAsync("guest", cluster.NameOf(1));
        Assert.Equal(2, fresh.Publish("news", "\0a"u8).Accepted);
        await cluster.AddAsync();
        MessagingEndpoint third = await cluster[2].AddEndpointAsync("third");
        Assert.Equal(2, third.Publish("news", "\0a"u8).Accepted);

        HostStatistics sum = await cluster.SettledAsync();
        Assert.Equal((9, 9, 0), (sum.Accepted, sum.Handled, sum.Refused));
    }

    [Fact]
    public async Task Start_SiloWhoseVersionIsTooFar_IsRefusedWithWords()
    {
        int version = 1;
        await using TestCluster cluster = await TestCluster.StartAsync(1, options => options.ProtocolVersion = version);
        version = 3;

        Exception refusal = await Assert.ThrowsAnyAsync<Exception>(cluster.AddAsync);

        Assert.Contains("only neighbouring versions work together", refusal.ToString(), StringComparison.Ordinal);
        MessagingEndpoint client = await cluster[0].AddEndpointAsync("client", _ => { });
        Assert.Equal(SendStatus.Accepted, client.Send("client", "a"u8));
    }
}
