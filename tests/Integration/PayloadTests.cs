using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Messages of all sizes come out of a guest's memory as they went in.</summary>
public class PayloadTests
{
    private static readonly ComponentOptions Large = new()
    {
        SendsTo = ["client"],
        MaxMessageBytes = 16 << 20,
        Mailbox = new() { Bytes = 64 << 20 },
    };

    public static TheoryData<int, int> Sizes
    {
        get
        {
            TheoryData<int, int> sizes = [];
            foreach (int workers in new[] { 0, 2 })
            {
                foreach (int size in new[] { 0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 255, 4095, 4096, 4097 })
                {
                    sizes.Add(size, workers);
                }

                foreach (int size in new[] { 32767, 32768, 32769, 65535, 65536, 65537, 215_040, 1 << 20, 8 << 20 })
                {
                    sizes.Add(size, workers);
                }
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Send_OfThisSize_ComesBackIntact(int size, int workers)
    {
        await using TestHost host = new(workers);
        Component echo = host.Add("echo", TestFiles.Echo, Large);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[][] messages = [.. Enumerable.Range(1, 3).Select(seed => Payload.Bytes(size, seed))];

        Assert.All(messages, m => Assert.Equal(SendStatus.Accepted, client.Send("echo", m)));
        await host.SettleAsync();

        Payload.AssertSame(messages, inbox);
        Assert.Equal(messages.Count(m => m.Length > 0 && m[0] == 0), echo.Statistics.Handled);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Send_ManyOfOddSizes_AllComeBackIntactAndInOrder(int workers)
    {
        await using TestHost host = new(workers);
        host.Add("echo", TestFiles.Echo, Large);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        int[] sizes = [1, 13, 127, 1023, 32_765, 33_001, 7, 4099, 0, 20_011];
        int next = 0;

        // Some 60 MB in all: the mailbox's memory is gone through several times.
        for (int i = 0; i < 6000; i++)
        {
            byte[] message = Payload.Bytes(sizes[i % sizes.Length], i);
            Assert.Equal(
                SendStatus.Accepted,
                await client.SendAsync("echo", message, TestContext.Current.CancellationToken)
            );
            if (i % 100 == 99)
            {
                await host.SettleAsync();
                IReadOnlyList<Received> received = inbox.Received;
                for (; next < received.Count; next++)
                {
                    byte[] expected = Payload.Bytes(sizes[next % sizes.Length], next);
                    Assert.True(received[next].Bytes.AsSpan().SequenceEqual(expected), $"Message {next} is damaged.");
                }
            }
        }

        Assert.Equal(6000, next);
    }

    [Fact]
    public async Task Send_ToManyIntoASmallMailbox_WrapsAroundIntact()
    {
        await using TestHost host = new(workers: 0);
        Inbox inbox = new();
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            inbox.Handle,
            new()
            {
                Mailbox = new() { Messages = 7, Bytes = 100_000 },
            }
        );
        List<byte[]> sent = [];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = Payload.Bytes(i * 37 % 1201, i);
            while (client.Send("client", message) == SendStatus.QueueFull)
            {
                host.Host.Pump(1 + (i % 5));
            }

            sent.Add(message);
        }

        await host.SettleAsync();
        Payload.AssertSame(sent, inbox);
    }

    [Fact]
    public async Task Send_LargeFromManyThreads_AllAreIntact()
    {
        await using TestHost host = new(workers: 2);
        host.Add("echo", TestFiles.Echo, Large.With(o => o.SendsTo = ["*"]));
        Inbox[] inboxes = new Inbox[4];
        MessagingEndpoint[] clients =
        [
            .. Enumerable.Range(0, 4).Select(i => host.AddInbox($"client{i}", out inboxes[i])),
        ];

        await Parallelly.RunAsync(
            4,
            c =>
            {
                for (int i = 0; i < 40; i++)
                {
                    int size = i % 2 == 0 ? 100_000 + i : 1000 + i;
                    Assert.Equal(SendStatus.Accepted, clients[c].Send("echo", Payload.Bytes(size, (c * 1000) + i)));
                }
            }
        );
        await host.SettleAsync();

        for (int c = 0; c < 4; c++)
        {
            byte[][] sent =
            [
                .. Enumerable
                    .Range(0, 40)
                    .Select(i => Payload.Bytes(i % 2 == 0 ? 100_000 + i : 1000 + i, (c * 1000) + i)),
            ];
            Payload.AssertSame(sent, inboxes[c]);
        }
    }

    [Fact]
    public async Task Send_BufferReusedByTheSender_TheMessageIsACopy()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[] buffer = [1];
        client.Send("client", buffer);
        buffer[0] = 2;
        byte[] large = new byte[50_000];
        client.Send("client", large);
        large[0] = 2;

        await host.SettleAsync();

        Assert.Equal([1, 0], inbox.Received.Select(r => (int)r.Bytes[0]));
    }
}
