using System.Text;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>All four handlers as async functions: their results come by <c>task.return</c>, before their functions end.</summary>
public sealed class TaskHandlerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Messages_Rejected_SayWhyInTheirOrder(int workers)
    {
        await using TestHost host = new(workers);
        MessagingEndpoint client = Add(host, out _);
        for (int i = 0; i < 100; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes($"\u0001no. {i}");
            text[0] = (byte)(i % 2);
            Assert.Equal(SendStatus.Accepted, client.Send("guest", text));
        }

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((50, 50), (statistics.Handled, statistics.Rejected));
        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => $"no. {(2 * i) + 1}"),
            host.DeadLetters.Select(letter => letter.Reason)
        );
    }

    [Fact]
    public async Task Message_TooLargeForABatch_IsTakenToo()
    {
        await using TestHost host = new();
        MessagingEndpoint client = Add(host, out _);
        byte[] large = new byte[40_000];
        Assert.Equal(SendStatus.Accepted, client.Send("guest", large));
        large[0] = 1;
        large.AsSpan(1).Fill((byte)'a');
        Assert.Equal(SendStatus.Accepted, client.Send("guest", large));

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((1, 1), (statistics.Handled, statistics.Rejected));
        Assert.StartsWith("aaaa", Assert.Single(host.DeadLetters).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_AreAnsweredRejectedOrTrap()
    {
        await using TestHost host = new();
        MessagingEndpoint client = Add(host, out _);

        Reply answered = await client.RequestAsync("guest", [0, 5, 6], Long, Token);
        Reply rejected = await client.RequestAsync("guest", [1, (byte)'n', (byte)'o'], Long, Token);
        Reply unreasoned = await client.RequestAsync("guest", [1], Long, Token);
        Reply range = await client.RequestAsync("guest", [2], Long, Token);
        await host.SettleAsync();

        Assert.Equal([5, 6], answered.Bytes.ToArray());
        Assert.Equal((ReplyOutcome.Rejected, "no"), (rejected.Outcome, rejected.Reason));
        Assert.Equal(
            (ReplyOutcome.Rejected, "handle-request returned an error"),
            (unreasoned.Outcome, unreasoned.Reason)
        );
        Assert.Equal(
            (ReplyOutcome.Trapped, "handle-request returned 2, which is not a result"),
            (range.Outcome, range.Reason)
        );
    }

    [Fact]
    public async Task Reply_ToAGuest_ComesToItsHandler()
    {
        await using TestHost host = new();
        MessagingEndpoint client = Add(host, out Inbox inbox);
        host.Host.AddEndpoint("responder", (request, _) => ValueTask.FromResult(Answer.Of(request.Bytes.ToArray())));

        for (byte i = 0; i < 10; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", [9, i]));
        }

        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => new byte[] { 9, (byte)i }),
            inbox.Received.Select(received => received.Bytes)
        );
    }

    [Fact]
    public async Task Published_ComesToItsHandler()
    {
        await using TestHost host = new();
        MessagingEndpoint client = Add(host, out _);
        client.Publish("news", [0]);
        client.Publish("news", [1, (byte)'n', (byte)'o']);
        client.Publish("news", [1]);
        client.Publish("news", [3]);

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((1, 2, 1), (statistics.Handled, statistics.Rejected, statistics.Trapped));
        Assert.Equal(
            ["no", "handle-topic returned an error"],
            host.DeadLetters.Take(2).Select(letter => letter.Reason)
        );
    }

    [Theory]
    [InlineData(2, "handle-message returned 2, which is not a result")]
    [InlineData(3, "the text with which it rejects a message at ")]
    public async Task Message_AnsweredWrongly_Traps(byte asked, string why)
    {
        await using TestHost host = new();
        MessagingEndpoint client = Add(host, out _);
        Assert.Equal(SendStatus.Accepted, client.Send("guest", [asked]));
        Assert.Equal(SendStatus.Accepted, client.Send("guest", [0]));

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((1, 1), (statistics.Trapped, statistics.Handled));
        Assert.StartsWith(why, Assert.Single(host.DeadLetters).Reason, StringComparison.Ordinal);
    }

    private static MessagingEndpoint Add(TestHost host, out Inbox inbox)
    {
        MessagingEndpoint client = host.AddInbox("client", out inbox);
        host.AddText(
            "guest",
            TaskHandlers.Component,
            new()
            {
                SendsTo = ["client", "responder"],
                SubscribesTo = ["news"],
                Restart = new() { Max = 100 },
            }
        );
        return client;
    }
}
