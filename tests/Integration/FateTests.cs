using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Sends that wait for what becomes of their message, and the numbers by which messages are known.</summary>
public sealed class FateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task SendAndWait_Handled_EndsWithTheNumberThatTheHandlerSaw(int workers)
    {
        await using TestHost host = new(workers);
        List<long> seen = [];
        MessagingEndpoint client = host.Host.AddEndpoint("client", message => seen.Add(message.Number), TestHost.Roomy);

        Task<MessageFate>[] fates =
        [
            .. Enumerable.Range(0, 100).Select(i => client.SendAndWaitAsync("client", [(byte)i], Token).AsTask()),
        ];
        await host.SettleAsync();
        MessageFate[] ended = await Task.WhenAll(fates).WaitAsync(TestHost.Patience, Token);

        Assert.All(
            ended,
            fate => Assert.Equal((SendStatus.Accepted, true, ""), (fate.Status, fate.IsHandled, fate.Reason))
        );
        Assert.Equal(seen, ended.Select(fate => fate.Number));
        Assert.Equal(100, seen.Distinct().Count());
        Assert.DoesNotContain(0, seen);
    }

    [Fact]
    public async Task SendAndWait_AsynchronousHandler_EndsWhenItsTaskHas()
    {
        await using TestHost host = new();
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long number = 0;
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            async (message, _) =>
            {
                number = message.Number;
                await goOn.Task;
            }
        );

        Task<MessageFate> fate = client.SendAndWaitAsync("client", [1], Token).AsTask();
        await TestHost.UntilAsync(() => Volatile.Read(ref number) != 0, "the handler is called");
        Assert.False(fate.IsCompleted);
        goOn.SetResult();

        MessageFate ended = await fate.WaitAsync(TestHost.Patience, Token);
        Assert.Equal((true, number), (ended.IsHandled, ended.Number));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task SendAndWait_NotHandled_EndsAsItsDeadLetter(int workers)
    {
        await using TestHost host = new(workers);
        host.Add("rejecting", TestFiles.Rejecting);
        host.AddText("trapping", GuestTexts.Counting);
        host.Host.AddEndpoint("throwing", handler: _ => throw new InvalidOperationException("no more"));
        MessagingEndpoint client = host.AddSender();

        Task<MessageFate> rejected = client.SendAndWaitAsync("rejecting", [1], Token).AsTask();
        Task<MessageFate> trapped = client.SendAndWaitAsync("trapping", [0xFF], Token).AsTask();
        Task<MessageFate> thrown = client.SendAndWaitAsync("throwing", [1], Token).AsTask();
        await host.SettleAsync();

        await Check(rejected, Outcome.Rejected, "handle-message returned 7", "rejecting");
        await Check(trapped, Outcome.Trapped, "unreachable", "trapping");
        await Check(thrown, Outcome.Trapped, "no more", "throwing");

        async Task Check(Task<MessageFate> waiting, Outcome outcome, string reason, string target)
        {
            MessageFate fate = await waiting.WaitAsync(TestHost.Patience, Token);
            DeadLetter letter = Assert.Single(host.DeadLetters, letter => letter.Target == target);
            Assert.Equal((SendStatus.Accepted, outcome), (fate.Status, fate.Outcome));
            Assert.Contains(reason, fate.Reason, StringComparison.Ordinal);
            Assert.Equal((letter.Outcome, letter.Reason, letter.Number), (fate.Outcome, fate.Reason, fate.Number));
            Assert.NotEqual(0, fate.Number);
        }
    }

    [Fact]
    public async Task SendAndWait_Refused_EndsAtOnceWithTheReason()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { MaxMessageBytes = 3 });

        ValueTask<MessageFate> missing = client.SendAndWaitAsync("nobody", [1], Token);
        ValueTask<MessageFate> large = client.SendAndWaitAsync("client", new byte[4], Token);

        Assert.True(missing.IsCompleted && large.IsCompleted);
        MessageFate fate = await missing;
        Assert.Equal((SendStatus.TargetNotFound, null, 0L), (fate.Status, fate.Outcome, fate.Number));
        Assert.NotEmpty(fate.Reason);
        Assert.Contains("4 bytes", (await large).Reason, StringComparison.Ordinal);
        Assert.Equal((2, 0), (host.Statistics.Refused, host.Statistics.Accepted));
    }

    [Fact]
    public async Task SendAndWait_EvictedOrRemovedOrStopped_EndsSo()
    {
        TestHost host = new(workers: 0);
        MessagingEndpoint latest = host.Host.AddEndpoint(
            "latest",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        host.AddInbox("removed", out _);

        Task<MessageFate> evicted = latest.SendAndWaitAsync("latest", [1], Token).AsTask();
        Task<MessageFate> stopped = latest.SendAndWaitAsync("latest", [2], Token).AsTask();
        Task<MessageFate> removed = latest.SendAndWaitAsync("removed", [1], Token).AsTask();
        host.Host.Remove("removed");
        await host.StopAsync(TimeSpan.Zero);
        await host.DisposeAsync();

        Assert.Equal(Outcome.Evicted, (await evicted.WaitAsync(TestHost.Patience, Token)).Outcome);
        Assert.Equal(Outcome.Undeliverable, (await stopped.WaitAsync(TestHost.Patience, Token)).Outcome);
        Assert.Equal(Outcome.Undeliverable, (await removed.WaitAsync(TestHost.Patience, Token)).Outcome);
        Assert.All(host.DeadLetters, letter => Assert.NotEqual(0, letter.Number));
    }

    [Fact]
    public async Task SendAndWait_Cancelled_TheMessageIsHandledAllTheSame()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        using CancellationTokenSource cancellation = new();

        Task<MessageFate> waiting = client.SendAndWaitAsync("client", [1], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.SendAndWaitAsync("client", [2], cancellation.Token).AsTask()
        );
        await host.SettleAsync();

        Assert.Equal([1], inbox.Received.Select(r => (int)r.Bytes[0]));
    }

    /// <summary>More than are traced or timed at once wait all the same.</summary>
    [Fact]
    public async Task SendAndWait_ManyAtOnce_EachEnds()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, TestHost.Roomy);

        Task<MessageFate>[] fates =
        [
            .. Enumerable.Range(0, 10_000).Select(_ => client.SendAndWaitAsync("client", [1], Token).AsTask()),
        ];
        await host.SettleAsync();

        Assert.Equal(
            Enumerable.Range(1, 10_000).Select(n => (long)n),
            (await Task.WhenAll(fates).WaitAsync(TestHost.Patience, Token)).Select(fate => fate.Number)
        );
    }

    [Fact]
    public async Task Number_RemovedAndAddedAgain_IsNeverGivenTwice()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        List<long> numbers = [];
        for (int life = 0; life < 3; life++)
        {
            host.Host.AddEndpoint("target", message => numbers.Add(message.Number));
            client.Send("target", [1]);
            client.Send("target", [2]);
            host.Host.Pump();
            client.Send("target", [3]);
            host.Host.Remove("target");
            await host.SettleAsync();
        }

        numbers.AddRange(host.DeadLetters.Select(letter => letter.Number));
        Assert.Equal((9, 9), (numbers.Count, numbers.Distinct().Count()));
    }
}
