using Xunit;

namespace FireAndForget.Tests.Validation;

/// <summary>What an endpoint is told of a refusal, and what the host's events say of it: the same.</summary>
public sealed class ExplainTests
{
    [Theory]
    [InlineData("target", "55", SendStatus.UnsupportedCodec, "'target' accepts the codecs cbor, messagepack, 4660")]
    [InlineData("target", "", SendStatus.InvalidMessage, "one of cbor, messagepack, 4660")]
    [InlineData("target", "5100000000", SendStatus.PayloadTooLarge, "has 5 bytes and 'target' accepts at most 4")]
    [InlineData("small", "000000", SendStatus.QueueFull, "has 3 bytes and the mailbox of 'small' holds at most 2")]
    [InlineData("No Id", "51", SendStatus.InvalidMessage, "an id is 1 to 128 characters")]
    [InlineData("nobody", "51", SendStatus.TargetNotFound, "")]
    public async Task Explain_ARefusal_SaysWhatTheReceiverTakes(
        string target,
        string hex,
        SendStatus expected,
        string said
    )
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        Endpoint client = host.AddEndpoint("client");
        host.AddEndpoint(
            "target",
            _ => { },
            new() { Codecs = [MessageCodec.Cbor, MessageCodec.MessagePack, "4660"], MaxMessageBytes = 4 }
        );
        host.AddEndpoint("small", _ => { }, new() { Mailbox = new() { Bytes = 2 } });
        using EventSubscription events = host.Subscribe();
        byte[] message = Convert.FromHexString(hex);

        SendStatus status = client.Send(target, message);

        Assert.Equal(expected, status);
        string why = client.Explain(target, status, message.Length);
        Assert.Contains(said, why, StringComparison.Ordinal);
        Assert.Equal(said.Length == 0, why.Length == 0);
        Assert.True(events.TryRead(out HostEvent? happened));
        Assert.Equal(why, Assert.IsType<SendRefused>(happened).Why);
    }
}
