using System.Text;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests of <c>wasi:messaging</c> that give what no well-built one would, never drop what they have, or are of two worlds.</summary>
public sealed class WasiMessagingMisuseTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static readonly ComponentOptions Free = new()
    {
        SendsTo = ["*"],
        PublishesTo = ["*"],
        Restart = new() { Max = 1000 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What the guest runs for a message, in its function $do, and the words of its trap.</summary>
    private static readonly Dictionary<string, (string Code, string Why)> Misuses = new()
    {
        {
            "too many entries",
            (
                "(call $set-metadata (local.get $m) (i32.const 256) (i32.const 1001))",
                "more than 1000 entries of metadata"
            )
        },
        {
            "entries without end",
            ("(call $set-metadata (local.get $m) (i32.const 256) (i32.const -1))", "more than 1000 entries of metadata")
        },
        {
            "entries that are not aligned",
            ("(call $set-metadata (local.get $m) (i32.const 257) (i32.const 2))", "is not aligned to 4")
        },
        {
            "entries outside the memory",
            ("(call $set-metadata (local.get $m) (i32.const 4194296) (i32.const 2))", "lies outside the guest's memory")
        },
        {
            "one entry too many",
            (
                """
                (local.set $other (call $new (i32.const 0) (i32.const 0)))
                (loop $more
                  (i32.store8 (i32.const 32) (i32.add (i32.const 32) (i32.and (local.get $length) (i32.const 63))))
                  (i32.store8 (i32.const 33) (i32.add (i32.const 32) (i32.shr_u (local.get $length) (i32.const 6))))
                  (call $add-metadata (local.get $other) (i32.const 32) (i32.const 2) (i32.const 0) (i32.const 0))
                  (local.set $length (i32.add (local.get $length) (i32.const 1)))
                  (br_if $more (i32.lt_u (local.get $length) (i32.const 2000))))
                """,
                "more than 1000 entries of metadata"
            )
        },
        {
            "a key that is huge",
            (
                "(call $add-metadata (local.get $m) (i32.const 0) (i32.const 0x7fffffff) (i32.const 0) (i32.const 0))",
                "take more than its memory-bytes"
            )
        },
        { "data that is huge", ("(drop (call $new (i32.const 0) (i32.const -1)))", "take more than its memory-bytes") },
        {
            "a text that is none",
            (
                """
                (i32.store8 (i32.const 32) (i32.const 0xff))
                (call $set-content-type (local.get $m) (i32.const 32) (i32.const 1))
                """,
                "a text of a message is not UTF-8"
            )
        },
        {
            "a name that is none",
            (
                """
                (i32.store8 (i32.const 32) (i32.const 0xff))
                (drop (call $connected (i32.const 32) (i32.const 1)))
                """,
                "is not UTF-8"
            )
        },
        {
            "a message that is lent and given away in one call",
            ("(call $reply (local.get $m) (local.get $m) (i32.const 64))", "which it lends to the same call")
        },
        {
            "a client that is dropped twice",
            (
                """
                (local.set $other (call $connected (i32.const 128) (i32.const 7)))
                (call $drop-client (local.get $other))
                (call $drop-client (local.get $other))
                """,
                "it has no handle 2, which it gave as a client"
            )
        },
        {
            "a client that is dropped",
            (
                """
                (local.set $other (call $connected (i32.const 128) (i32.const 7)))
                (call $drop-client (local.get $other))
                (call $disconnect (local.get $other) (i32.const 64))
                """,
                "it has no handle 2, which it gave as a client"
            )
        },
        {
            "a client as a message",
            (
                "(call $data (call $connected (i32.const 128) (i32.const 7)) (i32.const 32))",
                "its handle 2 is a client, and it gave it as a message"
            )
        },
        {
            "a message as a client",
            (
                "(call $disconnect (local.get $m) (i32.const 64))",
                "its handle 1 is a message, and it gave it as a client"
            )
        },
        {
            "a message dropped as a client",
            ("(call $drop-client (local.get $m))", "its handle 1 is a message, and it gave it as a client")
        },
        { "no room for an answer", ("(call $topic (local.get $m) (i32.const 4194300))", "the room for the answer") },
        {
            "room for an answer that is not aligned",
            ("(call $metadata (local.get $m) (i32.const 34))", "is not aligned to 4")
        },
        {
            "no room for data",
            (
                "(global.set $next (i32.const 4194304)) (call $data (local.get $m) (i32.const 32))",
                "what realloc gave for the answer"
            )
        },
    };

    public static TheoryData<string> NamesOfMisuses => [.. Misuses.Keys];

    [Theory]
    [MemberData(nameof(NamesOfMisuses))]
    public async Task Misuse_Traps_AndAFreshInstanceGoesOn(string what)
    {
        (string code, string why) = Misuses[what];
        await using TestHost host = new(workers: 0);
        Component guest = host.AddText("guest", Doing(code), Free);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("guest", "Z"u8);
        client.Send("guest", "egoes on"u8);
        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Contains(why, letter.Reason, StringComparison.Ordinal);
        Assert.Equal("goes on", Encoding.UTF8.GetString(Assert.Single(inbox.Received).Bytes));
        AccountingAssert.AssertEnded(guest.Statistics, handled: 1, trapped: 1);
    }

    /// <summary>Topics and targets are ids, and nothing else finds its way anywhere.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a*")]
    [InlineData("*")]
    [InlineData("\u00fc")]
    [InlineData("a\u0000")]
    [InlineData("../a")]
    [InlineData("a\r\nb")]
    public async Task Send_ToNoId_IsAnErrorOfItsOwn(string name)
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddSender();
        byte[] topic = Encoding.UTF8.GetBytes(name);

        client.Send("guest", [(byte)'s', (byte)topic.Length, .. topic, 1]);
        client.Send("guest", [(byte)'p', (byte)topic.Length, .. topic, 1]);
        await host.SettleAsync();

        Assert.Equal(
            [(Outcome.Rejected, "invalid-message"), (Outcome.Rejected, "invalid-message")],
            host.DeadLetters.Select(letter => (letter.Outcome, letter.Reason))
        );
    }

    [Fact]
    public async Task Send_UnderALongName_IsAnErrorOfItsOwn()
    {
        await using TestHost host = new(workers: 0);
        host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.AddSender();
        byte[] name = [.. Enumerable.Repeat((byte)'a', 129)];

        client.Send("guest", [(byte)'p', 129, .. name, 1]);
        client.Send("guest", [(byte)'p', 128, .. name[1..], 1]);
        await host.SettleAsync();

        Assert.Equal("invalid-message", Assert.Single(host.DeadLetters).Reason);
    }

    /// <summary>Messages that are never dropped use up what the guest may take of the host, and then the instance with them.</summary>
    [Theory]
    [InlineData(500_000, 20, "take more than its memory-bytes")]
    [InlineData(1, 10_001, "it holds 10000 handles")]
    public async Task Messages_ThatAreNeverDropped_EndTheInstance(int size, int count, string why)
    {
        await using TestHost host = new(workers: 0);
        Component guest = host.AddText(
            "guest",
            WasiMessagingWat.Guest,
            new()
            {
                SendsTo = ["*"],
                Limits = new() { MemoryBytes = 64 * 65536 },
                Restart = new() { Max = 1000 },
            }
        );
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[] kept = [(byte)'k', .. Payload.Bytes(size)];
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", kept));
            host.Host.Pump();
        }

        client.Send("guest", "egoes on"u8);
        await host.SettleAsync();

        Assert.NotEmpty(host.DeadLetters);
        Assert.All(host.DeadLetters, letter => Assert.Contains(why, letter.Reason, StringComparison.Ordinal));
        Assert.Equal(1, inbox.Count);
        AccountingAssert.AssertEnded(
            guest.Statistics,
            handled: count + 1 - host.DeadLetters.Count,
            trapped: host.DeadLetters.Count
        );
    }

    [Fact]
    public async Task Request_RepliedToBeforeATrap_HasTheTrapAsItsReply()
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Doing("(call $answer (local.get $m) (local.get $at) (local.get $length)) (unreachable)"),
            Free
        );

        Reply reply = await host.AddSender().RequestAsync("guest", "Zanswer"u8, Long, Token);

        Assert.Equal((ReplyOutcome.Trapped, true), (reply.Outcome, reply.Bytes.IsEmpty));
    }

    [Fact]
    public async Task Reply_LargerThanItsRequesterTakes_IsARejection()
    {
        await using TestHost host = new();
        host.AddText("guest", WasiMessagingWat.Guest, Free);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { MaxMessageBytes = 10 });

        Reply fits = await client.RequestAsync("guest", "e1234567890"u8, Long, Token);
        Reply large = await client.RequestAsync("guest", "e12345678901"u8, Long, Token);

        Assert.Equal(ReplyOutcome.Handled, fits.Outcome);
        Assert.Equal(ReplyOutcome.Rejected, large.Outcome);
        Assert.Contains("10", large.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_ToAMessageThatTheGuestMade_IsAnError()
    {
        await using TestHost host = new(workers: 0);
        host.AddText(
            "guest",
            Doing("(call $answer (call $new (i32.const 0) (i32.const 0)) (local.get $at) (local.get $length))"),
            Free
        );

        host.AddSender().Send("guest", "Z"u8);
        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal((Outcome.Rejected, "nobody sent the message"), (letter.Outcome, letter.Reason));
    }

    [Fact]
    public async Task PostReturn_UsesAMessage_Traps()
    {
        string wat = Adding(
            """(func (export "ended") (param i32) (call $drop-message (i32.const 1)))""",
            WasiMessagingWat.Make(options: "(post-return (core func $main \"ended\"))")
        );
        await using TestHost host = new(workers: 0);
        host.AddText("guest", wat, Free);

        host.AddSender().Send("guest", "k"u8);
        await host.SettleAsync();

        Assert.Equal(
            "it called the drop of message while realloc or post-return ran",
            Assert.Single(host.DeadLetters).Reason
        );
    }

    [Theory]
    [InlineData("(call $log (i32.const 128) (i32.const 7))", "send while it was instantiated")]
    [InlineData(
        "(loop $more (drop (call $connected (i32.const 128) (i32.const 7))) (br $more))",
        "holds 10000 handles"
    )]
    public async Task Start_UsesTheHostsMessages_IsALoadError(string start, string why)
    {
        string wat = Adding($"(func $begin {start}) (start $begin)", WasiMessagingWat.Guest);
        await using TestHost host = new(workers: 0);

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() => host.AddText("guest", wat, Free));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A component of both worlds is called by handle-message alone, and uses the resources of wasi:messaging all the same.</summary>
    [Fact]
    public async Task Guest_OfBothWorlds_IsCalledByHandleMessage()
    {
        string wat = Adding(
                """
                (func (export "plain") (param i32 i32 i32 i32) (result i32)
                  (call $log (local.get 2) (local.get 3))
                  (i32.const 0))
                """,
                WasiMessagingWat.Guest
            )
            .Replace(
                "(component $shim",
                """
                (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
                  (canon lift (core func $main "plain") (memory $memory) (realloc $realloc)))
                (component $shim
                """,
                StringComparison.Ordinal
            );
        await using TestHost host = new();
        Component guest = host.AddText("guest", wat, Free);
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", [i, 0xff]));
        }

        Reply asked = await client.RequestAsync("guest", "e"u8, Long, Token);
        await host.SettleAsync();

        Assert.Equal(ReplyOutcome.Rejected, asked.Outcome);
        Assert.Equal(Enumerable.Range(0, 100), log.Received.Select(received => (int)received.Bytes[0]));
        AccountingAssert.AssertEnded(guest.Statistics, handled: 100, rejected: 1);
    }

    [Fact]
    public void Import_OfAnotherType_IsRefusedByName()
    {
        string wat = WasiMessagingWat.Guest.Replace(
            "(param \"self\" (borrow $message)) (result (list u8))",
            "(param \"self\" (borrow $message)) (result string)",
            StringComparison.Ordinal
        );

        string? refusal = ComponentInspection.Of(ComponentSource.FromText(wat)).Refusal;

        Assert.Contains("[method]message.data", refusal, StringComparison.Ordinal);
    }

    /// <summary>The guest, with code for messages that begin with Z.</summary>
    private static string Doing(string code) =>
        WasiMessagingWat.Guest.Replace(
            "(local $other i32)",
            $"(local $other i32)\n(if (i32.eq (local.get $op) (i32.const 90)) (then {code}))",
            StringComparison.Ordinal
        );

    /// <summary>A guest with another function in its main module.</summary>
    private static string Adding(string function, string wat) =>
        wat.Replace(
            "(func (export \"handle\") (param $m i32) (result i32)",
            $"{function}\n(func (export \"handle\") (param $m i32) (result i32)",
            StringComparison.Ordinal
        );
}
