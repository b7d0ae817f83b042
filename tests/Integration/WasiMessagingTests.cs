using System.Text;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests of <c>wasi:messaging</c>, as <see cref="WasiMessagingWat"/> describes what one does.</summary>
public sealed class WasiMessagingTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static readonly ComponentOptions Free = new()
    {
        SendsTo = ["*"],
        PublishesTo = ["*"],
        SubscribesTo = ["news/*"],
        Restart = new() { Max = 1000 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Reply_ToAMessage_GoesToItsSender(int workers)
    {
        await using TestHost host = new(workers);
        Component guest = host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[][] payloads = [.. Enumerable.Range(0, 100).Select(i => Payload.Bytes(i)), Payload.Bytes(200_000)];

        foreach (byte[] payload in payloads)
        {
            client.Send("guest", [(byte)'e', .. payload]);
        }

        await host.SettleAsync();
        Assert.Equal(payloads, inbox.Received.Select(received => received.Bytes));
        Assert.All(inbox.Received, received => Assert.Equal("guest", received.Sender));
        AccountingAssert.AssertEnded(guest.Statistics, handled: 101);
    }

    [Fact]
    public async Task Reply_ToARequest_IsItsAnswer()
    {
        await using TestHost host = new();
        host.AddText("guest", WasiMessagingWat.Guest, new() { SendsTo = [] });
        MessagingEndpoint client = host.AddSender();

        Reply reply = await client.RequestAsync("guest", "eforty-two"u8, Long, Token);
        Reply twice = await client.RequestAsync("guest", "wtwo"u8, Long, Token);
        Reply none = await client.RequestAsync("guest", "tnothing"u8, Long, Token);
        Reply refused = await client.RequestAsync("guest", "r\u0003not today"u8, Long, Token);

        Assert.Equal((true, "forty-two"), (reply.IsHandled, Encoding.UTF8.GetString(reply.Bytes.Span)));
        // The error that the second reply was answered with is what the guest answers itself.
        Assert.Equal((ReplyOutcome.Rejected, "a request has one reply"), (twice.Outcome, twice.Reason));
        Assert.Equal(
            (ReplyOutcome.Rejected, "the component handled the request, and gave no reply to it"),
            (none.Outcome, none.Reason)
        );
        Assert.Equal((ReplyOutcome.Rejected, "not today"), (refused.Outcome, refused.Reason));
    }

    [Fact]
    public async Task Reply_ToARequestThatHasEnded_IsAnError()
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddSender();

        Task<Reply> asked = client.RequestAsync("guest", "kept"u8, Long, Token).AsTask();
        await host.SettleAsync();
        client.Send("guest", "late"u8);
        await host.SettleAsync();

        Assert.Equal(ReplyOutcome.Rejected, (await asked).Outcome);
        Assert.Equal("the request has ended", host.DeadLetters[^1].Reason);
    }

    [Fact]
    public async Task Send_ToATarget_AndPublish_GoThere()
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddSender();
        host.AddInbox("other", out Inbox other);
        Inbox published = new();
        host.Host.AddEndpoint("reader", published.Handle, new() { SubscribesTo = ["quotes/*"] });

        client.Send("guest", "s\u0005otherhello"u8);
        client.Send("guest", "p\u000Bquotes/acme42"u8);
        client.Send("guest", "p\u0006nobodyhears it"u8);
        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal(("guest", "hello"), Shown(Assert.Single(other.Received)));
        Assert.Equal(("guest", "42"), Shown(Assert.Single(published.Received)));
    }

    [Fact]
    public async Task Topic_AndMetadata_TellWhereAMessageComesFrom()
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddSender();
        host.AddInbox("log", out Inbox log);

        client.Send("guest", "t"u8);
        client.Publish("news/today", "t"u8);
        client.Send("guest", "m"u8);
        client.Send("guest", "c"u8);
        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal(
            ["guest", "news/today", "sender", "client", "text/plain", "key", "log", "value"],
            log.Received.Select(received => Encoding.UTF8.GetString(received.Bytes))
        );
    }

    /// <summary>What a send was refused with is the error that the guest answers.</summary>
    [Theory]
    [InlineData("s\u0006nobodyx", "connection: target-not-found")]
    [InlineData("s\u0006closedx", "permission-denied: capability-denied")]
    [InlineData("s\u0003A bx", "invalid-message")]
    [InlineData("s\u0005smallxx", "payload-too-large")]
    [InlineData("p\u0004newsx", "permission-denied: capability-denied")]
    [InlineData("d\u0005smallx", "connection: the client is disconnected")]
    [InlineData("r\u0000", "timeout")]
    [InlineData("r\u0001lost", "connection: lost")]
    [InlineData("r\u0002no", "permission-denied: no")]
    [InlineData("r\u0003", "handle returned an error")]
    public async Task Error_OfASend_OrOfItsOwn_IsWhyTheMessageIsRejected(string message, string reason)
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", WasiMessagingWat.Guest, new() { SendsTo = ["nobody", "small"] });
        host.AddInbox("closed", out _);
        host.Host.AddEndpoint("small", _ => { }, new() { MaxMessageBytes = 1 });
        MessagingEndpoint client = host.AddSender();

        client.Send("guest", Encoding.UTF8.GetBytes(message));
        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal((Outcome.Rejected, reason), (letter.Outcome, letter.Reason));
    }

    [Theory]
    [InlineData("x", "it has no handle 77, which it gave as a message")]
    [InlineData("y", "which it gave as a message")]
    [InlineData("h", "the messages that it has take more than its memory-bytes")]
    [InlineData("r\u0007", "handle answered the error 7, which is not one")]
    [InlineData("r\u0003\xFF", "is not UTF-8")]
    [InlineData("s\u0001\xFFx", "the topic is not UTF-8")]
    public async Task Misuse_Traps_AndAFreshInstanceGoesOn(string message, string reason)
    {
        await using TestHost host = new(workers: 0);
        Component guest = host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("guest", Encoding.Latin1.GetBytes(message));
        client.Send("guest", "egoes on"u8);
        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Contains(reason, letter.Reason, StringComparison.Ordinal);
        Assert.Equal("goes on", Shown(inbox.Received[^1]).Text);
        AccountingAssert.AssertEnded(guest.Statistics, handled: 1, trapped: 1);
    }

    /// <summary>No message of a guest is left behind in the host: more than its memory holds pass through it.</summary>
    [Fact]
    public async Task Messages_ThatAreDropped_TakeNoRoom()
    {
        await using TestHost host = new(workers: 0);
        Component guest = host.AddText(
            "guest",
            WasiMessagingWat.Guest,
            new()
            {
                SendsTo = ["*"],
                Limits = new() { MemoryBytes = 64 * 65536 },
            }
        );
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        for (int i = 0; i < 100; i++)
        {
            client.Send("guest", [(byte)'e', .. Payload.Bytes(500_000)]);
            await host.SettleAsync();
        }

        Assert.Equal(100, inbox.Count);
        AccountingAssert.AssertEnded(guest.Statistics, handled: 100);
    }

    [Fact]
    public void Inspection_SaysThatItReceivesAndSendsDirectly()
    {
        ComponentInspection inspection = ComponentInspection.Of(ComponentSource.FromText(WasiMessagingWat.Guest));

        Assert.Null(inspection.Refusal);
        Assert.Equal(
            (GuestRuntime.Direct, "", true, true),
            (inspection.Runtime, inspection.Reason, inspection.Receives, inspection.Sends)
        );
    }

    /// <summary>What cannot be had, and how it is named.</summary>
    public static TheoryData<string, string> Refused =>
        new()
        {
            {
                WasiMessagingWat.Make(
                    """(export "request" (func (param "c" (borrow $c)) (param "topic" string) (param "message" (borrow $m)) (result (result (list (own $m)) (error $e)))))"""
                ),
                "it imports wasi:messaging/request-reply@0.2.0-draft#request, which the host does not offer"
            },
            {
                WasiMessagingWat.Guest.Replace("@0.2.0-draft", "@0.3.0", StringComparison.Ordinal),
                "it exports no handle-message"
            },
            {
                WasiMessagingWat.Make(message: "(type $handled (resource (rep i32)))"),
                "takes a message that is not of wasi:messaging/types@0.2.0-draft"
            },
            { WasiMessagingWat.Make(options: "string-encoding=utf16"), "uses string encoding utf16" },
            {
                WasiMessagingWat.Make(
                    moreImports: "(import \"wasi:keyvalue/store@0.2.0\" (instance (export \"open\" (func))))"
                ),
                "it imports wasi:keyvalue/store@0.2.0"
            },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Guest_ThatNeedsMore_IsRefusedByName(string wat, string words)
    {
        using MessagingHost host = new();
        ComponentSource source = ComponentSource.FromText(wat);

        ComponentLoadException refused = Assert.Throws<ComponentLoadException>(() =>
            host.AddComponent("guest", source)
        );

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Contains(words, ComponentInspection.Of(source).Refusal, StringComparison.Ordinal);
    }

    /// <summary>The topology's <c>refuse</c> lets a guest import what it does not call.</summary>
    [Fact]
    public async Task Request_ThatIsNamedInRefuse_MayBeImported()
    {
        await using TestHost host = new(workers: 0);
        host.AddText(
            "guest",
            WasiMessagingWat.Make("(export \"request\" (func (param \"topic\" string)))"),
            new()
            {
                SendsTo = ["*"],
                Wasi = new() { Refuse = ["wasi:messaging/request-reply"] },
            }
        );
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("guest", "ehello"u8);
        await host.SettleAsync();

        Assert.Equal("hello", Shown(Assert.Single(inbox.Received)).Text);
    }

    [Fact]
    public void Guest_WithFolders_IsRefused()
    {
        using MessagingHost host = new();
        ComponentOptions folders = new()
        {
            Wasi = new() { Directories = [new() { Host = AppContext.BaseDirectory, Guest = "/data" }] },
        };

        ComponentLoadException refused = Assert.Throws<ComponentLoadException>(() =>
            host.AddComponent("guest", ComponentSource.FromText(WasiMessagingWat.Guest), folders)
        );

        Assert.Contains("the direct runtime alone hosts", refused.Message, StringComparison.Ordinal);
    }

    private static (string Sender, string Text) Shown(Received received) =>
        (received.Sender, Encoding.UTF8.GetString(received.Bytes));
}
