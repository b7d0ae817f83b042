using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>A subscriber that moves while a publish is on its way to it.</summary>
public sealed class PublishToSuccessorTests : IDisposable
{
    private readonly Parts _parts = new();

    public void Dispose() => _parts.Dispose();

    [Theory]
    [InlineData("news/*", 2)]
    [InlineData("news/sport", 2)]
    [InlineData("weather", 1)]
    public void Publish_SubscriberMovesMeanwhile_GoesToItsSuccessorIfThatSubscribes(string subscription, int accepted)
    {
        _parts.Add("first", options: new() { SubscribesTo = ["news/*"] });
        Participant moving = _parts.Add("second", options: new() { SubscribesTo = ["news/*"] });
        Participant successor = _parts.Make("second", options: new() { SubscribesTo = [subscription] });
        MessageSender publisher = Publisher();
        // The first subscriber becomes ready when the publish has found both, and has not come to the second.
        _parts.OnReady = receiver =>
        {
            if (receiver.Self.Id == "first")
            {
                _parts.Registry.TryRemove("second", out _);
                moving.Target.HasSuccessor = true;
                Parts.ReceiverOf(moving).Close("it has moved");
                _parts.Registry.TryAdd(successor);
            }
        };

        PublishResult result = publisher.Publish("news/sport", [1]);

        Assert.Equal(
            new()
            {
                Status = SendStatus.Accepted,
                Accepted = accepted,
                Refused = 2 - accepted,
            },
            result
        );
        Assert.Equal(accepted - 1, successor.Target.Mailbox.Count);
        Assert.Equal(2 - accepted, publisher.CountRefused(SendStatus.Closed));
    }

    [Fact]
    public void Publish_SubscriberClosesMeanwhileAndNobodyFollows_IsRefusedAsClosed()
    {
        _parts.Add("first", options: new() { SubscribesTo = ["news/*"] });
        Participant closing = _parts.Add("second", options: new() { SubscribesTo = ["news/*"] });
        MessageSender publisher = Publisher();
        _parts.OnReady = _ => Parts.ReceiverOf(closing).Close("it is over");

        PublishResult result = publisher.Publish("news/sport", [1]);

        Assert.Equal(
            new()
            {
                Status = SendStatus.Accepted,
                Accepted = 1,
                Refused = 1,
            },
            result
        );
        Assert.Equal(1, publisher.CountRefused(SendStatus.Closed));
    }

    private MessageSender Publisher()
    {
        Participant self = new(
            "publisher",
            _parts.Directory.NumberOf("publisher"),
            ["*"],
            new MessagingEndpointOptions(),
            allowance: null,
            publishesTo: ["*"]
        );
        return new(_parts.Registry, self, _parts.Events);
    }
}
