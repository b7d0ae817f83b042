using Xunit;

namespace FireAndForget.Tests;

/// <summary>Subscriptions to topics: from when they hold, with whom they end, and which are refused.</summary>
public sealed class SubscriptionTests
{
    [Fact]
    public async Task Subscribe_WhileRunning_HoldsFromTheNextPublishOn()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint inbox = host.AddInbox("inbox", out Inbox seen);
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(0, client.Publish("news/a", [0]).Accepted);
        Assert.True(inbox.Subscribe("news/*"));
        Assert.False(inbox.Subscribe("news/*"));
        Assert.True(inbox.Subscribe("news/a"));
        Assert.Equal(["news/*", "news/a"], inbox.Subscriptions);
        Assert.Equal(1, client.Publish("news/a", [1]).Accepted);
        Assert.True(inbox.Unsubscribe("news/*"));
        Assert.False(inbox.Unsubscribe("news/*"));
        Assert.Equal(1, client.Publish("news/a", [2]).Accepted);
        Assert.Equal(0, client.Publish("news/b", [3]).Accepted);
        Assert.True(host.Host.Revoke("inbox", Capability.SubscribesTo, "news/a"));
        Assert.Equal(0, client.Publish("news/a", [4]).Accepted);

        await host.SettleAsync();
        Assert.Equal([1, 2], seen.Received.Select(r => r.Bytes[0]));
    }

    [Fact]
    public async Task Subscribe_PatternOrEndpointIsNone_IsRefusedByNameAndValue()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint inbox = host.AddInbox("inbox", out _);
        MessagingEndpoint sender = host.AddSender();

        Assert.Contains(
            "'News' in pattern is not a pattern",
            Assert.Throws<ArgumentException>(() => inbox.Subscribe("News")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "endpoint without a handler",
            Assert.Throws<ArgumentException>(() => sender.Subscribe("news")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "SubscribesTo is for endpoints that receive",
            Assert
                .Throws<ArgumentException>(() =>
                    host.Host.AddEndpoint("mute", options: new() { SubscribesTo = ["news"] })
                )
                .Message,
            StringComparison.Ordinal
        );
        inbox.Remove();
        Assert.Throws<InvalidOperationException>(() => inbox.Subscribe("news"));
    }

    [Fact]
    public async Task Remove_Subscriber_GetsNoneAnyMore()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        MessagingEndpoint first = host.Host.AddEndpoint("inbox", _ => { }, new() { SubscribesTo = ["news"] });
        Assert.Equal(1, client.Publish("news", [0]).Accepted);

        first.Remove();
        Assert.Equal(new PublishResult { Status = SendStatus.Accepted }, client.Publish("news", [0]));

        // Another one under its id has subscriptions of its own.
        host.Host.AddEndpoint("inbox", _ => { });
        Assert.Equal(new PublishResult { Status = SendStatus.Accepted }, client.Publish("news", [0]));
    }

    [Fact]
    public async Task Replace_OtherOptions_TakesTheirSubscriptions()
    {
        await using TestHost host = new(workers: 0);
        ComponentOptions options = new() { SubscribesTo = ["news"] };
        Component component = host.Add("mirror", "guests/c/c-mirror.wasm", options);
        MessagingEndpoint client = host.AddSender();
        component.Subscribe("sport");

        component.Replace(ComponentSource.FromFile(TestFiles.PathOf("guests/c/c-mirror.wasm")), options);
        Assert.Equal(["news", "sport"], component.Subscriptions);

        component.Replace(
            ComponentSource.FromFile(TestFiles.PathOf("guests/c/c-mirror.wasm")),
            options.With(o => o.SubscribesTo = ["weather"])
        );
        Assert.Equal(["weather"], component.Subscriptions);
        Assert.Equal((0, 1), (client.Publish("news", [0]).Accepted, client.Publish("weather", [0]).Accepted));
    }
}
