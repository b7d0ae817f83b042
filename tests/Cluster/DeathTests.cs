using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Silos that die: what becomes of messages to what was there, and where it comes up again.</summary>
public sealed class DeathTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(3);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Kill_SiloOfAComponent_WhatWasUnderWayIsLostAndTheRestGoesWhereItComesUp()
    {
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client");
        await _cluster.DeployAsync("guest", "basic-handle-message", silo: 2);
        long accepted = Send(client, "guest", 1000);
        await _cluster.SettledAsync();
        await _cluster.KillAsync(2);
        accepted += Send(client, "guest", 1000);

        await TestCluster.UntilAsync(() =>
            _cluster[0].FindHost("guest") is { } host
            && _cluster[1].FindHost("guest") == host
            && (host == _cluster[0].Silo || host == _cluster[1].Silo)
        );
        accepted += Send(client, "guest", 10);
        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal(2010, accepted);
        Assert.Equal(accepted, sum.Accepted);
        Assert.Equal(accepted, sum.Handled + sum.Lost);
        Assert.Equal(0, sum.Undeliverable);
    }

    [Fact]
    public async Task Kill_SiloOfAnEndpoint_WhatWaitsIsUndeliverable()
    {
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client");
        await _cluster[2].AddEndpointAsync("receiver", _ => { });
        Assert.Equal(SendStatus.Accepted, client.Send("receiver", "a"u8));
        await _cluster.SettledAsync();
        await _cluster.KillAsync(2);
        long accepted = Send(client, "receiver", 100);

        await TestCluster.UntilAsync(() =>
        {
            SendStatus status = client.Send("receiver", "a"u8);
            accepted += status == SendStatus.Accepted ? 1 : 0;
            return status == SendStatus.TargetNotFound;
        });
        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal(accepted + 1, sum.Accepted);
        Assert.Equal(1, sum.Handled);
        Assert.Equal(accepted, sum.Lost + sum.Undeliverable);
    }

    [Fact]
    public async Task Kill_SiloOfSubscribers_ComponentIsFoundWhereItComesUpAndEndpointNoMore()
    {
        MessagingEndpoint publisher = await _cluster[0].AddEndpointAsync("publisher");
        await _cluster[2].AddEndpointAsync("gone", _ => { }, new() { SubscribesTo = ["news/*"] });
        await _cluster.DeployAsync(
            "guest",
            "basic-handle-message",
            silo: 2,
            new() { SubscribesTo = ["news/*"], Delivery = DeliveryGuarantee.AtLeastOnce }
        );
        Assert.Equal(2, publisher.Publish("news/a", "\0a"u8).Accepted);
        await _cluster.SettledAsync();
        long accepted = 2;

        await _cluster.KillAsync(2);
        await TestCluster.UntilAsync(() =>
        {
            int now = publisher.Publish("news/a", "\0a"u8).Accepted;
            accepted += now;
            // Until the death is noticed both have an outbox, and then the endpoint has none any more.
            return now == 1;
        });
        await TestCluster.UntilAsync(() => Lives(_cluster[0].FindHost("guest")));
        Assert.Equal(1, publisher.Publish("news/a", "\0a"u8).Accepted);
        accepted++;

        HostStatistics sum = await _cluster.SettledAsync(except: 2);
        Assert.Equal(accepted, sum.Accepted);
        // What the endpoint did not get is lost or undeliverable; the component has all.
        Assert.Equal(accepted, sum.Handled + sum.Lost + sum.Undeliverable);
        Assert.True(sum.Lost + sum.Undeliverable <= (accepted - 1) / 2);

        bool Lives(object? host) =>
            host is not null && (_cluster[0].Silo.Equals(host) || _cluster[1].Silo.Equals(host));
    }

    private static long Send(MessagingEndpoint sender, string target, int count)
    {
        long accepted = 0;
        for (int i = 0; i < count; i++)
        {
            accepted += sender.Send(target, [0, (byte)i]) == SendStatus.Accepted ? 1 : 0;
        }

        return accepted;
    }
}
