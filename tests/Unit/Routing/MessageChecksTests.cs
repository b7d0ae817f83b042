using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The order of the checks, which decides the reason given: whatever else is wrong too, the first counts.</summary>
public sealed class MessageChecksTests : IDisposable
{
    private static readonly byte[] TooLargeAndMalformed = [0x80, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Malformed = [0x80];
    private static readonly byte[] Unsupported = [0x55];
    private static readonly byte[] Right = [0x51];

    private readonly Parts _parts = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _parts.Dispose();

    public static TheoryData<string, byte[], bool, bool, SendStatus> Order =>
        new()
        {
            // target, message, whether the rate is used up, whether the mailbox is full
            { "No Id", TooLargeAndMalformed, true, true, SendStatus.InvalidMessage },
            { "nobody", TooLargeAndMalformed, true, true, SendStatus.TargetNotFound },
            { "stopped", TooLargeAndMalformed, true, true, SendStatus.Closed },
            { "not-allowed", TooLargeAndMalformed, true, true, SendStatus.CapabilityDenied },
            { "open-to-others", TooLargeAndMalformed, true, true, SendStatus.CapabilityDenied },
            { "open", TooLargeAndMalformed, true, true, SendStatus.PayloadTooLarge },
            { "open", Malformed, true, true, SendStatus.InvalidMessage },
            { "open", [], true, true, SendStatus.InvalidMessage },
            { "open", Unsupported, true, true, SendStatus.UnsupportedCodec },
            { "open", Right, true, true, SendStatus.RateLimited },
            { "open", Right, false, true, SendStatus.QueueFull },
            { "open", Right, true, false, SendStatus.RateLimited },
            { "open", Right, false, false, SendStatus.Accepted },
        };

    [Theory]
    [MemberData(nameof(Order))]
    public void Send_WrongInSeveralWays_TheFirstIsTheReason(
        string target,
        byte[] message,
        bool isRateUsedUp,
        bool isFull,
        SendStatus expected
    )
    {
        MessageSender sender = MakeSender(isRateUsedUp, isFull);

        Assert.Equal(expected, sender.Send(target, message));
        Assert.Equal(expected == SendStatus.Accepted ? 0 : 1, sender.Refused);
    }

    [Theory]
    [MemberData(nameof(Order))]
    public void Send_OfAGuestWrongInSeveralWays_TheFirstIsTheReason(
        string target,
        byte[] message,
        bool isRateUsedUp,
        bool isFull,
        SendStatus expected
    )
    {
        MessageSender sender = MakeSender(isRateUsedUp, isFull);

        Assert.Equal(expected, sender.Send(System.Text.Encoding.UTF8.GetBytes(target), message));
    }

    [Fact]
    public void Send_RefusedForRoom_GivesItsTokenBack()
    {
        MessageSender sender = MakeSender(isRateUsedUp: false, isFull: true);

        Assert.Equal(SendStatus.QueueFull, sender.Send("open", Right));
        Assert.Equal(SendStatus.QueueFull, sender.Send("open", Right));
        _parts.Registry.TryGet("open", out Participant? open);
        Parts.ReceiverOf(open!).Mailbox.TryPeek(0, out _, out _);
        Parts.ReceiverOf(open!).Mailbox.Release(1);

        Assert.Equal(SendStatus.Accepted, sender.Send("open", Right));
    }

    [Fact]
    public void Send_RefusedBeforeTheRate_TakesNoToken()
    {
        MessageSender sender = MakeSender(isRateUsedUp: false, isFull: false);
        foreach (
            (string target, byte[] message) in new[]
            {
                ("No Id", Right),
                ("nobody", Right),
                ("open", Malformed),
                ("open", Unsupported),
            }
        )
        {
            Assert.NotEqual(SendStatus.Accepted, sender.Send(target, message));
        }

        Assert.Equal(SendStatus.Accepted, sender.Send("open", Right));
    }

    private MessageSender MakeSender(bool isRateUsedUp, bool isFull)
    {
        MessagingEndpointOptions narrow = new()
        {
            Codecs = [MessageCodec.Cbor],
            MaxMessageBytes = 8,
            Mailbox = new() { Messages = 1 },
        };
        Parts.ReceiverOf(_parts.Add("stopped", options: narrow)).Close("it is over");
        _parts.Add("not-allowed", options: narrow);
        _parts.Add("open-to-others", options: narrow.With(o => o.ReceivesFrom = ["others/*"]));
        Participant open = _parts.Add("open", options: narrow);
        Participant other = _parts.Add("other");
        SendAllowance allowance = SendAllowance.Create(new() { MessagesPerSecond = 1, Burst = 1 }, new(), _time)!;
        Participant self = _parts.Add("self", ["open*", "stopped"], allowance: allowance);
        if (isRateUsedUp)
        {
            Assert.True(allowance.TryTake(1));
        }

        if (isFull)
        {
            Assert.Equal(SendStatus.Accepted, Parts.ReceiverOf(open).Mailbox.TryEnqueue(other.Number, Right));
        }

        return new(_parts.Registry, self, _parts.Events);
    }
}
