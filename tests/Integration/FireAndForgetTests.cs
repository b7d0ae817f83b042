using Xunit;

namespace FireAndForget.Tests;

/// <summary>The eight tests that say what the library is for, on the committed fixtures and through the public API.</summary>
public class FireAndForgetTests
{
    private static readonly ComponentOptions MayAnswer = new() { SendsTo = ["client*"] };

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_ToAComponent_ArrivesAndItsAnswerComesBack(int workers)
    {
        await using TestHost host = new(workers);
        Component component = host.Add("handler", TestFiles.HandleMessage, MayAnswer);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        Assert.Equal(SendStatus.Accepted, client.Send("handler", [Payload.EchoCommand, 1, 2, 3]));
        HostStatistics statistics = await host.SettleAsync();

        Received answer = Assert.Single(inbox.Received);
        Assert.Equal("handler", answer.Sender);
        Assert.Equal([Payload.EchoCommand, 1, 2, 3], answer.Bytes);
        AccountingAssert.AssertEnded(component.Statistics, handled: 1);
        AccountingAssert.AssertEnded(client.Statistics, handled: 1);
        AccountingAssert.AssertEnded(statistics.Messages, handled: 2);
        Assert.Equal(2, statistics.Sent);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_AThousandMessages_AllAreHandled(int workers)
    {
        await using TestHost host = new(workers);
        Component component = host.Add("handler", TestFiles.HandleMessage);
        MessagingEndpoint client = host.AddSender();

        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("handler", [0, (byte)i, (byte)(i >> 8)]));
        }

        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: 1000);
        AccountingAssert.AssertEnded(statistics.Messages, handled: 1000);
        Assert.Empty(host.Events);
    }

    [Fact]
    public async Task Send_ValidMessage_IsAccepted()
    {
        await using TestHost host = new();
        Component component = host.Add("handler", TestFiles.Basic, Validating);

        Assert.Equal(SendStatus.Accepted, host.AddSender("client").Send("handler", Cbor(32)));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: 1);
    }

    [Theory]
    [InlineData("No Id", "client", 1, SendStatus.InvalidMessage)]
    [InlineData("", "client", 1, SendStatus.InvalidMessage)]
    [InlineData("nobody", "client", 1, SendStatus.TargetNotFound)]
    [InlineData("handler", "stranger", 1, SendStatus.CapabilityDenied)]
    [InlineData("handler", "client", 33, SendStatus.PayloadTooLarge)]
    [InlineData("handler", "client", 0, SendStatus.InvalidMessage)]
    [InlineData("handler", "client", -1, SendStatus.UnsupportedCodec)]
    [InlineData("stopped", "client", 1, SendStatus.Closed)]
    public async Task Send_InvalidMessage_IsRefusedForItsReason(
        string target,
        string sender,
        int length,
        SendStatus expected
    )
    {
        await using TestHost host = new();
        Component component = host.Add("handler", TestFiles.Basic, Validating);
        MessagingEndpoint from = host.AddSender(sender);
        Component stopped = host.Add("stopped", "send-as-realloc.wat", new() { Restart = new() { Max = 0 } });
        from.Send("stopped", [1]);
        await host.SettleAsync();
        Assert.True(stopped.IsStopped);

        SendStatus status = from.Send(target, length < 0 ? [0x55] : Cbor(length));
        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal(expected, status);
        Assert.Equal(0, component.Statistics.Accepted);
        Assert.Equal(1, statistics.Refused);
        Assert.Equal(1, from.SendsRefused);
        SendRefused refused = Assert.Single(host.Events.OfType<SendRefused>());
        Assert.Equal((sender, target, expected), (refused.Sender, refused.Target, refused.Status));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(255)]
    public async Task Send_ToAWasmHandler_ItsOwnAnswerIsSeen(int answer)
    {
        await using TestHost host = new();
        Component component = host.Add("echo", TestFiles.Echo, MayAnswer);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("echo", [(byte)answer, 42]);
        await host.SettleAsync();

        Assert.Equal([(byte)answer, 42], Assert.Single(inbox.Received).Bytes);
        AccountingAssert.AssertEnded(component.Statistics, handled: answer == 0 ? 1 : 0, rejected: answer == 0 ? 0 : 1);
        string[] expected = answer == 0 ? [] : [$"handle-message returned {answer}"];
        Assert.Equal(expected, host.DeadLetters.Select(d => d.Reason));
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_FromTenThreads_NothingIsLostAndEachOrderIsKept(int workers)
    {
        const int Senders = 10;
        const int Each = 2000;
        await using TestHost host = new(workers);
        Component component = host.Add(
            "handler",
            TestFiles.HandleMessage,
            MayAnswer.With(o => o.Mailbox = new() { Messages = Senders * Each, Bytes = 1 << 24 })
        );
        Inbox[] inboxes = new Inbox[Senders];
        MessagingEndpoint[] clients =
        [
            .. Enumerable.Range(0, Senders).Select(i => host.AddInbox($"client{i}", out inboxes[i])),
        ];
        using Barrier start = new(Senders);

        await Parallelly.RunAsync(
            Senders,
            sender =>
            {
                start.SignalAndWait(TestHost.Patience);
                for (int i = 0; i < Each; i++)
                {
                    Assert.Equal(SendStatus.Accepted, clients[sender].Send("handler", Payload.Numbered(i)));
                }
            }
        );
        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: Senders * Each);
        AccountingAssert.AssertEnded(statistics.Messages, handled: 2 * Senders * Each);
        foreach (Inbox inbox in inboxes)
        {
            Assert.Equal(Enumerable.Range(0, Each), inbox.Received.Select(r => Payload.NumberOf(r.Bytes)));
        }
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public Task Send_64KiB_ComesOutOfTheGuestByteByByte(int workers) => AssertIntactAsync(workers, 64 * 1024);

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public Task Send_16Bytes_ComesOutOfTheGuestByteByByte(int workers) => AssertIntactAsync(workers, 16);

    private static ComponentOptions Validating { get; } =
        new()
        {
            ReceivesFrom = ["client"],
            Codecs = [MessageCodec.Cbor],
            MaxMessageBytes = 32,
        };

    private static byte[] Cbor(int length)
    {
        byte[] message = new byte[length];
        message.AsSpan().Fill(0x51);
        return message;
    }

    private static async Task AssertIntactAsync(int workers, int length)
    {
        await using TestHost host = new(workers);
        host.Add("handler", TestFiles.HandleMessage, MayAnswer);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[] payload = Payload.Echo(length);

        Assert.Equal(SendStatus.Accepted, client.Send("handler", payload));
        await host.SettleAsync();

        Assert.Equal(payload, Assert.Single(inbox.Received).Bytes);
    }
}
