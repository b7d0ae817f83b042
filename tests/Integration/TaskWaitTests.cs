using Microsoft.Extensions.Time.Testing;
using Xunit;
using static FireAndForget.Tests.TaskGuest;

namespace FireAndForget.Tests;

/// <summary>What happens around a guest while its async handler waits: its versions, its end, its requests and those to it.</summary>
public sealed class TaskWaitTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();
    private readonly TestHost _host;
    private readonly MessagingEndpoint _client;
    private readonly Inbox _inbox;
    private readonly Component _guest;

    public TaskWaitTests()
    {
        _host = new(workers: 2, _time);
        _client = _host.AddInbox("client", out _inbox);
        _guest = _host.AddText(
            "guest",
            WaitingHandlers.Component,
            new()
            {
                SendsTo = ["client", "responder"],
                Limits = new() { MessageTimeout = TimeSpan.FromMinutes(10) },
            }
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Request_OverItsTimeWhileTheGuestWaits_IsTimedOutAndItsAnswerLate()
    {
        Task<Reply> asked = _client.RequestAsync("guest", [0, 5], WaitingHandlers.Time / 2, Token).AsTask();
        await UntilWaitingAsync();

        _time.Advance(WaitingHandlers.Time / 2);
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        _time.Advance(WaitingHandlers.Time);
        HostStatistics statistics = await _host.SettleAsync();

        Assert.Equal((ReplyOutcome.TimedOut, 1), (reply.Outcome, statistics.LateReplies));
        AccountingAssert.AssertEnded(_guest.Statistics, handled: 1);
    }

    [Fact]
    public async Task Request_AnsweredBeforeTheGuestTraps_HasTheTrapAsItsReply()
    {
        Task<Reply> asked = _client.RequestAsync("guest", [4, 5], Long, Token).AsTask();
        await UntilWaitingAsync();

        _time.Advance(WaitingHandlers.Time);
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        await _host.SettleAsync();

        Assert.Equal(ReplyOutcome.Trapped, reply.Outcome);
        Assert.True(reply.Bytes.IsEmpty);
        Assert.Contains("unreachable", reply.Reason, StringComparison.Ordinal);
        AccountingAssert.AssertEnded(_guest.Statistics, trapped: 1);
    }

    [Fact]
    public async Task Request_CancelledWhileTheGuestWaits_IsHandledAllTheSame()
    {
        using CancellationTokenSource cancel = new();
        Task<Reply> asked = _client.RequestAsync("guest", [0], Long, cancel.Token).AsTask();
        await UntilWaitingAsync();

        await cancel.CancelAsync();
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        _time.Advance(WaitingHandlers.Time);
        HostStatistics statistics = await _host.SettleAsync();

        Assert.Equal((ReplyOutcome.Cancelled, 1), (reply.Outcome, statistics.LateReplies));
        AccountingAssert.AssertEnded(_guest.Statistics, handled: 1);
    }

    [Fact]
    public async Task Reply_ComesWhileItsGuestWaits_IsHandledBehindTheMessage()
    {
        MessagingEndpoint responder = _host.Host.AddEndpoint(
            "responder",
            (request, _) => ValueTask.FromResult(Answer.Of(request.Bytes.ToArray()))
        );
        await BeginAsync([9, 7]);
        await TestHost.UntilAsync(() => responder.Statistics.Handled == 1, "the request is answered");

        Assert.Equal(0, _guest.Statistics.Handled);
        _time.Advance(WaitingHandlers.Time);
        await _host.SettleAsync();

        Assert.Empty(_host.DeadLetters);
        Assert.Equal([9, 7], _inbox.Received[^1].Bytes);
        AccountingAssert.AssertEnded(_guest.Statistics, handled: 2);
    }

    [Fact]
    public async Task Trap_BehindAWaitWithARequestOpen_TheReplyIsLate()
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Host.AddEndpoint(
            "responder",
            async (_, _) =>
            {
                await go.Task;
                return Answer.Of(new byte[] { 1 });
            }
        );
        await BeginAsync([6]);
        _time.Advance(WaitingHandlers.Time);
        await TestHost.UntilAsync(() => _guest.Restarts == 1, "the guest is restarted");

        go.SetResult();
        HostStatistics statistics = await _host.SettleAsync();

        Assert.Equal((1, 1), (statistics.LateReplies, _inbox.Count));
        AccountingAssert.AssertEnded(_guest.Statistics, trapped: 1);
    }

    [Fact]
    public async Task Replace_WhileTheGuestWaits_ItEndsAndTheNewVersionTakesTheNextMessage()
    {
        await BeginAsync([0]);

        ComponentSource rejecting = ComponentSource.FromFile(TestFiles.PathOf(TestFiles.Rejecting));
        Task replaced = _guest.ReplaceAsync(rejecting, options: null, Token);
        _client.Send("guest", [0]);
        _time.Advance(WaitingHandlers.Time);
        await replaced.WaitAsync(TestHost.Patience, Token);
        _client.Send("guest", [0]);
        await UntilSettledAsync(3);

        Assert.Equal(3, _guest.Statistics.Handled + _guest.Statistics.Rejected);
        Assert.InRange(_guest.Statistics.Rejected, 1, 2);
    }

    [Fact]
    public async Task Restart_WhileTheGuestWaits_ItEndsFirst()
    {
        await BeginAsync([0]);

        Task restarted = _guest.RestartAsync(Token);
        _time.Advance(WaitingHandlers.Time);
        await restarted.WaitAsync(TestHost.Patience, Token);
        await _host.SettleAsync();

        AccountingAssert.AssertEnded(_guest.Statistics, handled: 1);
        Assert.Empty(_host.DeadLetters);
    }

    [Fact]
    public async Task Remove_WhileTheGuestWaits_ItsMessageEndsAndTheRestIsUndeliverable()
    {
        await BeginAsync([0]);
        _client.Send("guest", [0]);

        Assert.True(_host.Host.Remove("guest"));
        Assert.NotEqual(SendStatus.Accepted, _client.Send("guest", [0]));
        _time.Advance(WaitingHandlers.Time);
        await _host.SettleAsync();

        AccountingAssert.AssertEnded(_guest.Statistics, handled: 1, undeliverable: 1);
    }

    [Fact]
    public async Task Stop_WithTime_LetsTheGuestEnd()
    {
        await BeginAsync([0]);

        Task stopped = _host.Host.StopAsync(TestHost.Patience, Token);
        _time.Advance(WaitingHandlers.Time);
        await stopped.WaitAsync(TestHost.Patience, Token);

        AccountingAssert.AssertEnded(_guest.Statistics, handled: 1);
    }

    /// <summary>Neither a timer nor an empty set keeps a host from stopping where the guest has no budget.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_WithoutTime_CutsOffAGuestWithoutABudget(bool hasTimer)
    {
        Component guest = _host.AddText(
            "without-budget",
            TaskGuest.Component,
            new()
            {
                SendsTo = ["client"],
                Limits = new() { MessageTimeout = TimeSpan.Zero },
            }
        );
        Steps steps = new Steps().Report().NewSet(0);
        steps = hasTimer ? steps.Start(1000, 1).Join(Register + 1, Register).End(2, Register) : steps.End(2, Register);
        _client.Send("without-budget", steps.Message);
        await UntilWaitingAsync();

        await _host.StopAsync(TimeSpan.Zero);

        AccountingAssert.AssertEnded(guest.Statistics, undeliverable: 1);
    }

    /// <summary>Sends the guest a message, and comes back when the guest waits in it.</summary>
    private Task BeginAsync(byte[] message)
    {
        Assert.Equal(SendStatus.Accepted, _client.Send("guest", message));
        return UntilWaitingAsync();
    }

    /// <summary>The guest sends a message when it has begun to wait; it counts at once, also where no worker is free to deliver it.</summary>
    private Task UntilWaitingAsync() => TestHost.UntilAsync(() => _client.Statistics.Accepted == 1, "the guest waits");

    /// <summary>Lets the clock run until the guest has ended so many messages.</summary>
    private async Task UntilSettledAsync(int messages)
    {
        await TestHost.UntilAsync(
            () =>
            {
                _time.Advance(WaitingHandlers.Time);
                return _guest.Settled == messages;
            },
            "all messages have ended"
        );
        await _host.SettleAsync();
    }
}
