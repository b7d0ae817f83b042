using FireAndForget.Events;
using Xunit;

namespace FireAndForget.Tests.Events;

/// <summary>Events to nobody, to some, and to those who have gone.</summary>
public class EventHubTests
{
    private static readonly HostEvent Something = new ComponentRestarted { Component = "a", Reason = "b" };

    [Fact]
    public void HasSubscribers_FollowsWhoIsThere()
    {
        EventHub hub = new();
        Assert.False(hub.HasSubscribers);

        EventSubscription subscription = hub.Subscribe(1);
        Assert.True(hub.HasSubscribers);
        subscription.Dispose();
        subscription.Dispose();
        Assert.False(hub.HasSubscribers);
    }

    [Fact]
    public void Publish_ToSeveral_EachGetsIt()
    {
        EventHub hub = new();
        EventSubscription[] subscriptions = [hub.Subscribe(1), hub.Subscribe(1)];

        hub.Publish(Something);

        Assert.All(
            subscriptions,
            s =>
            {
                Assert.True(s.TryRead(out HostEvent? happened));
                Assert.Same(Something, happened);
                Assert.False(s.TryRead(out _));
            }
        );
    }

    [Fact]
    public void Publish_MoreThanTheCapacity_IsCountedAsMissed()
    {
        EventHub hub = new();
        EventSubscription bounded = hub.Subscribe(3);
        EventSubscription unbounded = hub.Subscribe(int.MaxValue);

        for (int i = 0; i < 10; i++)
        {
            hub.Publish(Something);
        }

        Assert.Equal((7, 0), (bounded.Dropped, unbounded.Dropped));
    }

    /// <summary>Who looks only now and then found the first events after the last look, and never the last ones.</summary>
    [Fact]
    public void Publish_MoreThanTheCapacityWithDropOldest_KeepsTheNewest()
    {
        EventHub hub = new();
        EventSubscription subscription = hub.Subscribe(
            new EventSubscriptionOptions { Capacity = 3, OverflowPolicy = EventOverflowPolicy.DropOldest }
        );

        for (int i = 0; i < 10; i++)
        {
            hub.Publish(new ComponentRestarted { Component = $"{i}", Reason = "b" });
        }

        List<string> read = [];
        while (subscription.TryRead(out HostEvent? happened))
        {
            read.Add(Assert.IsType<ComponentRestarted>(happened).Component);
        }

        Assert.Equal(["7", "8", "9"], read);
        Assert.Equal(7, subscription.Dropped);
        Assert.False(subscription.IsFull);
    }

    [Fact]
    public async Task Complete_ReadersEndBehindWhatIsThere()
    {
        EventHub hub = new();
        EventSubscription subscription = hub.Subscribe(10);
        hub.Publish(Something);

        hub.Complete();

        List<HostEvent> read = [];
        await foreach (HostEvent happened in subscription.WithCancellation(TestContext.Current.CancellationToken))
        {
            read.Add(happened);
        }

        Assert.Equal([Something], read);
    }

    [Fact]
    public async Task Publish_FromManyThreads_IsReadOrMissed()
    {
        EventHub hub = new();
        EventSubscription subscription = hub.Subscribe(100);

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (int i = 0; i < 1000; i++)
                        {
                            hub.Publish(Something);
                        }
                    })
                )
        );

        int read = 0;
        while (subscription.TryRead(out _))
        {
            read++;
        }

        Assert.Equal(4000, read + subscription.Dropped);
        Assert.Equal(100, read);
    }
}
