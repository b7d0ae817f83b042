using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>What an endpoint is told of a refusal; what the host's events say of it beyond its status is the same.</summary>
public sealed class ExplainTests
{
    private const string Trapping = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
        """;

    [Theory]
    [InlineData("target", "55", SendStatus.UnsupportedCodec, "'target' accepts the codecs cbor, messagepack, 4660")]
    [InlineData("target", "", SendStatus.InvalidMessage, "one of cbor, messagepack, 4660")]
    [InlineData("target", "5100000000", SendStatus.PayloadTooLarge, "has 5 bytes and 'target' accepts at most 4")]
    [InlineData("small", "000000", SendStatus.QueueFull, "has 3 bytes and the mailbox of 'small' holds at most 2")]
    [InlineData("No Id", "51", SendStatus.InvalidMessage, "an id is 1 to 128 characters")]
    [InlineData("nobody", "51", SendStatus.TargetNotFound, "nothing was registered under 'nobody'")]
    [InlineData("deaf", "51", SendStatus.CapabilityDenied, "'deaf' does not receive from 'client'")]
    [InlineData("full", "51", SendStatus.QueueFull, "the mailbox of 'full' had no room")]
    [InlineData("stopped", "51", SendStatus.Closed, "'stopped', or the host, has stopped")]
    public async Task Explain_ARefusal_SaysWhatTheReceiverTakes(
        string target,
        string hex,
        SendStatus expected,
        string said
    )
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddEndpoint(
            "target",
            _ => { },
            new() { Codecs = [MessageCodec.Cbor, MessageCodec.MessagePack, "4660"], MaxMessageBytes = 4 }
        );
        host.AddEndpoint("small", _ => { }, new() { Mailbox = new() { Bytes = 2 } });
        host.AddEndpoint("deaf", _ => { }, new() { ReceivesFrom = ["nobody"] });
        host.AddEndpoint("full", _ => { }, new() { Mailbox = new() { Messages = 1 } });
        client.Send("full", [1]);
        host.AddComponent("stopped", ComponentSource.FromText(Trapping), new() { Restart = new() { Max = 0 } });
        client.Send("stopped", [1]);
        host.Pump(2);
        client.Send("full", [1]);
        using EventSubscription events = host.Subscribe();
        byte[] message = Convert.FromHexString(hex);

        SendStatus status = client.Send(target, message);

        Assert.Equal(expected, status);
        string reason = client.Explain(target, status, message.Length);
        Assert.Contains(said, reason, StringComparison.Ordinal);
        Assert.True(events.TryRead(out HostEvent? happened));
        // An event has its status and says what there is beyond that.
        string told = Assert.IsType<SendRefused>(happened).Reason;
        Assert.True(told.Length == 0 || told == reason);
    }

    private static readonly string[] Targets = ["plain", "coded", "nobody", "No Id"];

    /// <summary>There is something to say for each status, also where nothing is registered under the target.</summary>
    [Fact]
    public async Task Explain_EachStatus_IsNeverEmpty()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddEndpoint("plain", _ => { });
        host.AddEndpoint("coded", _ => { }, new() { Codecs = [MessageCodec.Cbor] });

        IEnumerable<string> said =
            from target in Targets
            from status in Enum.GetValues<SendStatus>()
            select client.Explain(target, status, 1);

        Assert.DoesNotContain(said, string.IsNullOrWhiteSpace);
    }

    /// <summary>By default an endpoint may send to anybody.</summary>
    [Fact]
    public async Task Explain_ASenderThatMayNot_SaysWhoLacksWhat()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        host.AddEndpoint("target", _ => { });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.Revoke("client", Capability.SendsTo, "*");

        string reason = client.Explain("target", client.Send("target", [1]), 1);

        Assert.Equal("'client' may not send to 'target': none of its sends-to patterns matches", reason);
    }

    [Fact]
    public async Task Explain_ASenderThatWasRemoved_SaysSo()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        host.AddEndpoint("target", _ => { });
        MessagingEndpoint client = host.AddEndpoint("client");
        client.Remove();

        string reason = client.Explain("target", client.Send("target", [1]), 1);

        Assert.Equal("'client' was removed and cannot send any more", reason);
    }
}
