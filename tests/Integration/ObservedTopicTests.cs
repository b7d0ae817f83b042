using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// Topics while somebody listens to traces, when messages have contexts. A listener is heard by every host of the process, whose messages
/// allocate then, so these tests run beside none that measure that.
/// </summary>
[Collection(Alone.Name)]
public sealed class ObservedTopicTests : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == "FireAndForget",
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public ObservedTopicTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Publish_ToAnEndpoint_TellsTheTopicToo()
    {
        await using TestHost host = new(workers: 0);
        List<(string, string?)> seen = [];
        host.Host.AddEndpoint(
            "inbox",
            message => seen.Add((message.Sender, message.Topic)),
            new() { SubscribesTo = ["news"] }
        );
        MessagingEndpoint client = host.AddSender();

        client.Publish("news", [1]);

        await host.SettleAsync();
        Assert.Equal([("client", "news")], seen);
    }

    [Fact]
    public Task Publish_ByAComponent_ReachesTheTopicHandlersOfOthersInOrder() =>
        new DirectConversationTests().Publish_ByAGuest_ReachesTheTopicHandlersOfOthersInOrder();

    [Fact]
    public Task Publish_ByACoreModule_ReachesTheTopicHandlersOfOthersInOrder() =>
        new CoreConversationTests().Publish_ByAGuest_ReachesTheTopicHandlersOfOthersInOrder();

    [Fact]
    public Task Publish_ByAComponentOnTheOtherRuntime_ReachesTheTopicHandlersOfOthersInOrder() =>
        new ComponentApiConversationTests().Publish_ByAGuest_ReachesTheTopicHandlersOfOthersInOrder();
}
