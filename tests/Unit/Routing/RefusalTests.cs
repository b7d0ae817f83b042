using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>What a refusal says beyond its status, to subscribers and to the log.</summary>
public sealed class RefusalTests : IAsyncDisposable
{
    private readonly MessagingHost _host = new(new() { Workers = 0 });
    private readonly EventSubscription _events;
    private readonly MessagingEndpoint _client;

    public RefusalTests()
    {
        _events = _host.Subscribe();
        _client = _host.AddEndpoint("client");
        _host.AddEndpoint(
            "narrow",
            _ => { },
            new()
            {
                Codecs = [MessageCodec.Cbor, MessageCodec.Json],
                MaxMessageBytes = 8,
                Mailbox = new() { Messages = 2, Bytes = 8 },
            }
        );
        _host.AddEndpoint(
            "small",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 1, Bytes = 8 },
            }
        );
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("narrow", "515151515151515151", SendStatus.PayloadTooLarge, "9 bytes", "'narrow' accepts at most 8")]
    [InlineData("narrow", "55", SendStatus.UnsupportedCodec, "'narrow' accepts the codecs cbor, json")]
    [InlineData("narrow", "D100", SendStatus.InvalidMessage, "an unsigned varint of one of cbor, json")]
    [InlineData("No Id", "51", SendStatus.InvalidMessage, "an id is 1 to 128 characters")]
    [InlineData("small", "000102030405060708", SendStatus.QueueFull, "9 bytes", "of 'small' holds at most 8")]
    [InlineData("nobody", "51", SendStatus.TargetNotFound)]
    public void Send_Refused_TellsWhatAPersonWantsToKnow(
        string target,
        string message,
        SendStatus status,
        params string[] said
    )
    {
        Assert.Equal(status, _client.Send(target, Convert.FromHexString(message)));

        Assert.True(_events.TryRead(out HostEvent? happened));
        SendRefused refused = Assert.IsType<SendRefused>(happened);
        Assert.Equal(("client", target, status), (refused.Sender, refused.Target, refused.Status));
        Assert.All(said, text => Assert.Contains(text, refused.Reason, StringComparison.Ordinal));
        Assert.Equal(said.Length == 0, refused.Reason.Length == 0);
        Assert.Equal((1, 1), (_client.SendsRefused, _host.Statistics.Refused));
    }

    /// <summary>Full for now is another thing than too small for ever.</summary>
    [Fact]
    public void Send_FullForNow_HasNothingMoreToSay()
    {
        Assert.Equal(SendStatus.Accepted, _client.Send("small", new byte[8]));
        Assert.Equal(SendStatus.QueueFull, _client.Send("small", new byte[8]));

        Assert.True(_events.TryRead(out HostEvent? happened));
        Assert.Equal("", Assert.IsType<SendRefused>(happened).Reason);
    }

    [Fact]
    public void Send_JustAsLargeAsIsAccepted_IsAccepted() =>
        Assert.Equal(SendStatus.Accepted, _client.Send("narrow", [0x51, 1, 2, 3, 4, 5, 6, 7]));

    [Fact]
    public void Send_Accepted_SaysNothing()
    {
        Assert.Equal(SendStatus.Accepted, _client.Send("small", [1]));

        Assert.False(_events.TryRead(out _));
        Assert.Equal((0, 0), (_client.SendsRefused, _host.Statistics.Refused));
    }

    /// <summary>A sender that keeps its route sees who comes and who goes.</summary>
    [Fact]
    public async Task Send_Prepared_SeesEachChange()
    {
        PreparedSender sender = _client.Prepare("late");
        Assert.Equal(SendStatus.TargetNotFound, sender.Send([1]));

        _host.AddEndpoint("late", _ => { });
        Assert.Equal(SendStatus.Accepted, sender.Send([1]));

        _host.Remove("late");
        Assert.Equal(SendStatus.TargetNotFound, sender.Send([1]));

        _host.AddEndpoint("late", _ => { });
        Assert.Equal(SendStatus.Accepted, sender.Send([1]));

        await _host.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(SendStatus.Closed, sender.Send([1]));
    }
}
