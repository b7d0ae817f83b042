using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What happens around a guest while its async handler waits: its versions, its end, its requests and those to it.</summary>
public sealed class TaskWaitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_OverItsTimeWhileTheGuestWaits_IsTimedOutAndItsAnswerLate()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        Task<Reply> asked = client.RequestAsync("guest", [0, 5], WaitingHandlers.Time / 2, Token).AsTask();
        await UntilWaitingAsync(client);

        _time.Advance(WaitingHandlers.Time / 2);
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        _time.Advance(WaitingHandlers.Time);
        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((ReplyOutcome.TimedOut, 1), (reply.Outcome, statistics.LateReplies));
        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    [Fact]
    public async Task Request_AnsweredBeforeTheGuestTraps_HasTheTrapAsItsReply()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        Task<Reply> asked = client.RequestAsync("guest", [4, 5], Long, Token).AsTask();
        await UntilWaitingAsync(client);

        _time.Advance(WaitingHandlers.Time);
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        await host.SettleAsync();

        Assert.Equal(ReplyOutcome.Trapped, reply.Outcome);
        Assert.True(reply.Bytes.IsEmpty);
        Assert.Contains("unreachable", reply.Reason, StringComparison.Ordinal);
        AccountingAssert.AssertEnded(guest.Statistics, trapped: 1);
    }

    [Fact]
    public async Task Request_CancelledWhileTheGuestWaits_IsHandledAllTheSame()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        using CancellationTokenSource cancel = new();
        Task<Reply> asked = client.RequestAsync("guest", [0], Long, cancel.Token).AsTask();
        await UntilWaitingAsync(client);

        await cancel.CancelAsync();
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        _time.Advance(WaitingHandlers.Time);
        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((ReplyOutcome.Cancelled, 1), (reply.Outcome, statistics.LateReplies));
        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    [Fact]
    public async Task Reply_ComesWhileItsGuestWaits_IsHandledBehindTheMessage()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest, out Inbox inbox);
        MessagingEndpoint responder = host.Host.AddEndpoint(
            "responder",
            (request, _) => ValueTask.FromResult(Answer.Of(request.Bytes.ToArray()))
        );
        Assert.Equal(SendStatus.Accepted, client.Send("guest", [9, 7]));
        await UntilWaitingAsync(client);
        await TestHost.UntilAsync(() => responder.Statistics.Handled == 1, "the request is answered");

        Assert.Equal(0, guest.Statistics.Handled);
        _time.Advance(WaitingHandlers.Time);
        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal([9, 7], inbox.Received[^1].Bytes);
        AccountingAssert.AssertEnded(guest.Statistics, handled: 2);
    }

    [Fact]
    public async Task Trap_BehindAWaitWithARequestOpen_TheReplyIsLate()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest, out Inbox inbox);
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Host.AddEndpoint(
            "responder",
            async (_, _) =>
            {
                await go.Task;
                return Answer.Of(new byte[] { 1 });
            }
        );
        Assert.Equal(SendStatus.Accepted, client.Send("guest", [6]));
        await UntilWaitingAsync(client);
        _time.Advance(WaitingHandlers.Time);
        await TestHost.UntilAsync(() => guest.Restarts == 1, "the guest is restarted");

        go.SetResult();
        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((1, 1), (statistics.LateReplies, inbox.Count));
        AccountingAssert.AssertEnded(guest.Statistics, trapped: 1);
    }

    [Fact]
    public async Task Replace_WhileTheGuestWaits_ItEndsAndTheNewVersionTakesTheNextMessage()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        client.Send("guest", [0]);
        await UntilWaitingAsync(client);

        ComponentSource rejecting = ComponentSource.FromFile(TestFiles.PathOf(TestFiles.Rejecting));
        Task replaced = guest.ReplaceAsync(rejecting, options: null, Token);
        client.Send("guest", [0]);
        _time.Advance(WaitingHandlers.Time);
        await replaced.WaitAsync(TestHost.Patience, Token);
        client.Send("guest", [0]);
        await UntilSettledAsync(host, guest, settled: 3);

        Assert.Equal(3, guest.Statistics.Handled + guest.Statistics.Rejected);
        Assert.InRange(guest.Statistics.Rejected, 1, 2);
    }

    [Fact]
    public async Task Restart_WhileTheGuestWaits_ItEndsFirst()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        client.Send("guest", [0]);
        await UntilWaitingAsync(client);

        Task restarted = guest.RestartAsync(Token);
        _time.Advance(WaitingHandlers.Time);
        await restarted.WaitAsync(TestHost.Patience, Token);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
        Assert.Empty(host.DeadLetters);
    }

    [Fact]
    public async Task Remove_WhileTheGuestWaits_ItsMessageEndsAndTheRestIsUndeliverable()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        client.Send("guest", [0]);
        await UntilWaitingAsync(client);
        client.Send("guest", [0]);

        Assert.True(host.Host.Remove("guest"));
        Assert.NotEqual(SendStatus.Accepted, client.Send("guest", [0]));
        _time.Advance(WaitingHandlers.Time);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1, undeliverable: 1);
    }

    [Fact]
    public async Task Stop_WithTime_LetsTheGuestEnd()
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = Add(host, out Component guest);
        client.Send("guest", [0]);
        await UntilWaitingAsync(client);

        Task stopped = host.Host.StopAsync(TestHost.Patience, Token);
        _time.Advance(WaitingHandlers.Time);
        await stopped.WaitAsync(TestHost.Patience, Token);

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    /// <summary>Neither a timer nor an empty set keeps a host from stopping where the guest has no budget.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_WithoutTime_CutsOffAGuestWithoutABudget(bool hasTimer)
    {
        await using TestHost host = new(workers: 2, _time);
        MessagingEndpoint client = host.AddInbox("client", out _);
        Component guest = host.AddText(
            "guest",
            TaskGuest.Component,
            new()
            {
                SendsTo = ["client"],
                Limits = new() { MessageTimeout = TimeSpan.Zero },
            }
        );
        TaskGuest.Steps steps = new TaskGuest.Steps().Report().NewSet(0);
        client.Send(
            "guest",
            (
                hasTimer
                    ? steps.Start(1000, 1).Join(TaskGuest.Register + 1, TaskGuest.Register).End(2, TaskGuest.Register)
                    : steps.End(2, TaskGuest.Register)
            ).Message
        );
        await UntilWaitingAsync(client);

        await host.StopAsync(TimeSpan.Zero);

        AccountingAssert.AssertEnded(guest.Statistics, undeliverable: 1);
    }

    /// <summary>The guest sends a message when it has begun to wait; it counts at once, whoever is free to deliver it.</summary>
    private static Task UntilWaitingAsync(MessagingEndpoint client) =>
        TestHost.UntilAsync(() => client.Statistics.Accepted == 1, "the guest waits");

    /// <summary>Lets the clock run until a component has ended so many messages.</summary>
    private async Task UntilSettledAsync(TestHost host, Component guest, int settled)
    {
        await TestHost.UntilAsync(
            () =>
            {
                _time.Advance(WaitingHandlers.Time);
                return guest.Settled == settled;
            },
            "all messages have ended"
        );
        await host.SettleAsync();
    }

    private static MessagingEndpoint Add(TestHost host, out Component guest) => Add(host, out guest, out _);

    private static MessagingEndpoint Add(TestHost host, out Component guest, out Inbox inbox)
    {
        MessagingEndpoint client = host.AddInbox("client", out inbox);
        guest = host.AddText(
            "guest",
            WaitingHandlers.Component,
            new()
            {
                SendsTo = ["client", "responder"],
                Limits = new() { MessageTimeout = TimeSpan.FromMinutes(10) },
            }
        );
        return client;
    }
}
