using Xunit;

namespace FireAndForget.Tests;

/// <summary>What the host counts of requests whose requester or responder ends before the reply comes.</summary>
public sealed class RequestCountTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Who asked had no messages and ended first; the replies that came then were counted by nobody.</summary>
    [Fact]
    public async Task Stop_TheRequesterEndsBeforeTheResponder_ItsRepliesAreCounted()
    {
        TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        host.Host.AddEndpoint(
            "responder",
            async (AsyncMessage _, CancellationToken stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return Answer.Of(default);
            }
        );
        Task<Reply>[] asked =
        [
            .. Enumerable.Range(0, 3).Select(_ => client.RequestAsync("responder", [1], Long, Token).AsTask()),
        ];
        host.Host.Pump();

        await host.StopAsync(TimeSpan.Zero);
        await host.DisposeAsync();

        Reply[] replies = await Task.WhenAll(asked).WaitAsync(TestHost.Patience, Token);
        Assert.All(replies, reply => Assert.Equal(ReplyOutcome.Undeliverable, reply.Outcome));
        AccountingAssert.AssertEnded(client.Statistics, handled: 3);
        AccountingAssert.AssertEnded(host.Statistics.Messages, handled: 3, undeliverable: 3);
        Assert.Equal((6, 3), (host.Statistics.Sent, host.Statistics.Requests));
    }

    /// <summary>Of a removed endpoint the host counts what it counted of it while it was there, and each request once.</summary>
    [Fact]
    public async Task Remove_TheRequester_CountsItsRequestsAndNoReplies()
    {
        await using TestHost host = new(workers: 0);
        host.Host.AddEndpoint("responder", _ => Answer.Of(default));
        for (int i = 0; i < 3; i++)
        {
            MessagingEndpoint client = host.AddSender();
            Task<Reply> answered = client.RequestAsync("responder", [1], Long, Token).AsTask();
            await host.SettleAsync();
            Task<Reply> open = client.RequestAsync("responder", [1], Long, Token).AsTask();
            client.Remove();
            await host.SettleAsync();
            Assert.True((await answered.WaitAsync(TestHost.Patience, Token)).IsHandled);
            Assert.Equal(ReplyOutcome.Cancelled, (await open.WaitAsync(TestHost.Patience, Token)).Outcome);
        }

        HostStatistics statistics = host.Statistics;
        AccountingAssert.AssertEnded(statistics.Messages, handled: 9);
        Assert.Equal((6, 3), (statistics.Requests, statistics.LateReplies));
    }
}
