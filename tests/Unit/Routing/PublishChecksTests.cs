using System.Text;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The checks of what is published, as a whole and for each subscriber, and the words for what they refuse.</summary>
public sealed class PublishChecksTests : IDisposable
{
    private readonly Parts _parts = new();
    private readonly EventSubscription _events;
    private readonly Participant _self;
    private readonly MessageSender _publisher;

    public PublishChecksTests()
    {
        _events = _parts.Events.Subscribe(100);
        _self = _parts.Add("publisher");
        _self.PublishesTo = CapabilityPattern.ParseAll(["news"]);
        _publisher = new(_parts.Registry, _self, _parts.Events);
    }

    public void Dispose() => _parts.Dispose();

    public static TheoryData<bool, string, byte[], SendStatus> Order =>
        new()
        {
            // whether the subscriber has stopped, whom it receives from, the message
            { true, "others", [0x80, 0, 0, 0, 0], SendStatus.Closed },
            { false, "others", [0x80, 0, 0, 0, 0], SendStatus.CapabilityDenied },
            { false, "publisher", [0x80, 0, 0, 0, 0], SendStatus.PayloadTooLarge },
            { false, "publisher", [0x80], SendStatus.InvalidMessage },
            { false, "publisher", [0x55], SendStatus.UnsupportedCodec },
            { false, "publisher", [0x51, 0, 0, 0], SendStatus.Accepted },
        };

    [Theory]
    [MemberData(nameof(Order))]
    public void Publish_WrongForASubscriberInSeveralWays_TheFirstIsTheReason(
        bool isStopped,
        string receivesFrom,
        byte[] message,
        SendStatus expected
    )
    {
        Participant subscriber = _parts.Add(
            "subscriber",
            options: new()
            {
                SubscribesTo = ["news"],
                ReceivesFrom = [receivesFrom],
                Codecs = [MessageCodec.Cbor],
                MaxMessageBytes = 4,
            }
        );
        if (isStopped)
        {
            subscriber.Target.Mailbox.Close();
        }

        PublishResult result = _publisher.Publish("news", message);

        bool isAccepted = expected == SendStatus.Accepted;
        Assert.Equal((SendStatus.Accepted, isAccepted ? 1 : 0), (result.Status, result.Accepted));
        Assert.Equal(isAccepted ? 0 : 1, _publisher.CountRefused(expected));
    }

    /// <summary>What is no topic is shown as the guest wrote it, but no longer than two ids.</summary>
    [Theory]
    [InlineData("No Topic", "No Topic")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void Publish_OfAGuestUnderNoTopic_SaysWhatATopicIs(string? topic, string? shown)
    {
        topic ??= new('A', 3 * MessageId.MaxLength);
        shown ??= topic[..(2 * MessageId.MaxLength)];

        SendStatus? status = _publisher.Publish(Encoding.UTF8.GetBytes(topic), [1], out uint accepted);

        Assert.Equal((SendStatus.InvalidMessage, 0u), (status, accepted));
        SendRefused refused = ReadRefusal();
        Assert.Equal(("publisher", shown), (refused.Sender, refused.Target));
        Assert.Equal($"a topic is {MessageId.Form}", refused.Reason);
    }

    [Fact]
    public void Publish_UnderATopicThatItMayNot_HasNothingMoreToSay()
    {
        Assert.Equal(SendStatus.CapabilityDenied, _publisher.Publish("weather", [1]).Status);

        Assert.Equal("", ReadRefusal().Reason);
    }

    [Theory]
    [InlineData("news", "'subscriber' does not receive from 'publisher': none of its receives-from patterns matches")]
    [InlineData("weather", "'publisher' may not publish under 'weather': none of its publishes-to patterns matches")]
    public void Explain_APublishThatWasDenied_SaysWhoLacksWhat(string topic, string said)
    {
        Participant subscriber = _parts.Add("subscriber", options: new() { ReceivesFrom = ["others"] });

        Assert.Equal(
            said,
            MessageChecks.Explain(SendStatus.CapabilityDenied, _self, "subscriber", subscriber, 1, topic)
        );
    }

    private SendRefused ReadRefusal()
    {
        Assert.True(_events.TryRead(out HostEvent? happened));
        return Assert.IsType<SendRefused>(happened);
    }
}
