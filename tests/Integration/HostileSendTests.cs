using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests of <c>Hostile</c> that send, write and ask without end or with odd arguments: each send is answered and counted.</summary>
public class HostileSendTests
{
    private static readonly ComponentOptions Options = HostileGuestTests.Options;

    [Theory]
    [InlineData("self-id-in-start.wat", GuestRuntime.Direct)]
    [InlineData("self-id-in-start-component.wat", GuestRuntime.Direct)]
    [InlineData("self-id-in-start-component.wat", GuestRuntime.ComponentApi)]
    public async Task SelfIdInStart_Answers_WithItsId(string file, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        host.Add("hostile", file, Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("hostile", [1]);

        await host.SettleAsync();

        Assert.Equal("hostile"u8.ToArray(), Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData("0301", 4, 0)]
    [InlineData("0302", 15, 0)]
    [InlineData("0003", 1, 0)]
    public async Task SelfSend_WhereItIsAllowed_MultipliesAsItSays(string message, int handled, int refused)
    {
        await using TestHost host = new();
        Component hostile = host.Add("hostile", "self-send.wat", Options);
        host.AddSender().Send("hostile", Convert.FromHexString(message));

        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, handled: handled);
        Assert.Equal(refused, hostile.SendsRefused);
    }

    [Theory]
    [InlineData("FF01", 1)]
    [InlineData("FF02", 1)]
    [InlineData("FF02", 2)]
    public async Task SelfSend_WithoutEnd_OthersGoOnBesideIt(string message, int workers)
    {
        await using TestHost host = new(workers, stopTimeout: TimeSpan.Zero, listens: false);
        host.Add("hostile", "self-send.wat", Options);
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["friend"] });
        MessagingEndpoint friend = host.AddInbox("friend", out Inbox inbox);
        friend.Send("hostile", Convert.FromHexString(message));

        for (int i = 1; i <= 20; i++)
        {
            Assert.Equal(SendStatus.Accepted, friend.Send("mirror", [1, 2, 3]));
            await TestHost.UntilAsync(() => inbox.Count == i, $"answer {i} comes");
        }
    }

    [Theory]
    [InlineData("send-storm.wat", GuestRuntime.Direct)]
    [InlineData("send-storm-component.wat", GuestRuntime.Direct)]
    [InlineData("send-storm-component.wat", GuestRuntime.ComponentApi)]
    public async Task SendStorm_IntoASmallMailbox_EverySendIsAnsweredAndCounted(string file, GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, listens: false, runtime: runtime);
        InnocentNeighbour neighbour = new(host);
        Component storm = host.Add(
            "hostile",
            file,
            Options.With(o => o.Limits = new() { MessageTimeout = TimeSpan.Zero })
        );
        Inbox inbox = new();
        MessagingEndpoint sink = host.Host.AddEndpoint(
            "sink",
            inbox.Handle,
            new() { Mailbox = new() { Messages = 100 } }
        );
        sink.Send("hostile", "sink"u8);

        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(storm.Statistics, rejected: 1);
        Assert.Equal(99_900, storm.SendsRefused);
        Assert.Equal(100_001 + 2, statistics.Sent);
        Assert.Equal(Enumerable.Range(0, 100), inbox.Received.Select(r => BitConverter.ToInt32(r.Bytes)));
        await neighbour.AssertWorksAsync();
    }

    [Theory]
    [InlineData("send-storm.wat", "nobody", "handle-message returned 100000")]
    [InlineData("send-storm.wat", "", "handle-message returned 100000")]
    [InlineData("send-storm.wat", "No Id", "handle-message returned 100000")]
    [InlineData("send-storm-component.wat", "", "handle-message returned an error")]
    public async Task SendStorm_ToNobody_IsRefusedThroughout(string file, string target, string reason)
    {
        await using TestHost host = new();
        Component storm = host.Add(
            "hostile",
            file,
            Options.With(o =>
            {
                o.SendsTo = ["*"];
                o.Limits = new() { MessageTimeout = TimeSpan.Zero };
            })
        );
        host.AddSender().Send("hostile", System.Text.Encoding.UTF8.GetBytes(target));

        await host.SettleAsync();

        Assert.Equal(100_000, storm.SendsRefused);
        Assert.Equal(reason, Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    public async Task SendOverlapping_WhatArrives_IsWhatWasThere(int length)
    {
        await using TestHost host = new();
        host.Add("hostile", "send-overlapping-component.wat", Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[] message = Payload.Bytes(length);
        client.Send("hostile", message);

        await host.SettleAsync();

        byte[] expected = length switch
        {
            1000 => "client"u8.ToArray(),
            // The message lies right behind the sender's id.
            1001 => [.. "ent"u8, .. message[..^3]],
            _ => message,
        };
        Assert.Equal(expected, Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData(7003)]
    [InlineData(7004)]
    public async Task WasiMisuse_FloodsTheLog_IsCut(int length)
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        ComponentOptions options = Options.With(o => o.Limits.MessageTimeout = TimeSpan.FromSeconds(1));
        host.AddComponent("hostile", TestFiles.PathOf("wasi-misuse-component.wat"), options);
        host.AddEndpoint("client").Send("hostile", new byte[length]);

        host.Pump();

        string[] written =
        [
            .. log.Lines.Select(line => line.Text).Where(text => text.Contains("hostile", StringComparison.Ordinal)),
        ];
        Assert.Contains(written, text => text.Contains("the rest is left out", StringComparison.Ordinal));
        Assert.InRange(written.Sum(text => (long)text.Length), 1, 4 * 65536);
    }

    [Theory]
    [InlineData(3000, GuestRuntime.Direct)]
    [InlineData(3001, GuestRuntime.Direct)]
    [InlineData(3002, GuestRuntime.Direct)]
    [InlineData(3000, GuestRuntime.ComponentApi)]
    [InlineData(3001, GuestRuntime.ComponentApi)]
    [InlineData(3002, GuestRuntime.ComponentApi)]
    public async Task SendArguments_NoRoomForTheAnswer_WhatWasSentStands(int length, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        Component hostile = host.Add("hostile", "send-arguments-component.wat", Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("hostile", Payload.Bytes(length));

        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, trapped: 1);
        Assert.Equal(Payload.Bytes(length), Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData("send-arguments.wat", 2000, 0, GuestRuntime.Direct)]
    [InlineData("send-arguments.wat", 2001, 131_072, GuestRuntime.Direct)]
    [InlineData("send-arguments-component.wat", 2000, 0, GuestRuntime.Direct)]
    [InlineData("send-arguments-component.wat", 2001, 131_072, GuestRuntime.Direct)]
    [InlineData("send-arguments-component.wat", 2000, 0, GuestRuntime.ComponentApi)]
    [InlineData("send-arguments-component.wat", 2001, 131_072, GuestRuntime.ComponentApi)]
    public async Task SendArguments_AtTheEdge_AreSent(string file, int length, int sent, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        host.Add("hostile", file, Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("hostile", new byte[length]);

        await host.SettleAsync();

        Assert.Equal(sent, Assert.Single(inbox.Received).Bytes.Length);
    }

    [Fact]
    public async Task SendAsHandleMessage_RefusedSend_IsRejectedWithItsAnswer()
    {
        await using TestHost host = new();
        host.Add("hostile", "send-as-handle-message.wat");
        host.AddInbox("client", out _).Send("hostile", [1]);

        await host.SettleAsync();

        Assert.Equal(
            $"handle-message returned {(int)SendStatus.CapabilityDenied}",
            Assert.Single(host.DeadLetters).Reason
        );
    }
}
