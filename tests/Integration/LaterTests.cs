using FireAndForget.Mailboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Later messages: checked when they are given and when they are due, and counted as scheduled in between.</summary>
public sealed class LaterTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task SendLater_Due_IsSentThenAndNotBefore(int workers)
    {
        await using TestHost host = new(workers, _time);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        LaterResult result = client.SendLater("client", [1], 10 * Second);
        Assert.Equal(SendStatus.Accepted, result.Status);
        Assert.True(result.Number > 0);
        Assert.Equal((0, 1), (host.Statistics.Sent, host.Statistics.Scheduled));
        Assert.Equal(1, client.Statistics.Scheduled);

        _time.Advance((10 * Second) - TimeSpan.FromTicks(1));
        await host.SettleAsync();
        Assert.Empty(inbox.Received);

        _time.Advance(TimeSpan.FromTicks(1));
        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);
        Assert.Equal(("client", (byte)1), (inbox.Received.Single().Sender, inbox.Received.Single().Bytes[0]));
        Assert.Equal((1, 1, 0), (host.Statistics.Sent, host.Statistics.Handled, host.Statistics.Scheduled));
    }

    [Fact]
    public async Task SendLater_ManualMode_IsSentByThePump()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.SendLater("client", [1], Second);

        _time.Advance(2 * Second);
        Assert.Equal((0, 1), (host.Statistics.Sent, host.Statistics.Scheduled));
        Assert.Equal(1, host.Host.Pump());
        Assert.Single(inbox.Received);
    }

    [Fact]
    public async Task SendLater_ZeroDelayInAHandler_IsHandledByTheSamePump()
    {
        await using TestHost host = new(workers: 0, _time);
        List<byte> seen = [];
        MessagingEndpoint? self = null;
        self = host.Host.AddEndpoint(
            "self",
            message =>
            {
                seen.Add(message.Bytes[0]);
                if (message.Bytes[0] < 5)
                {
                    self!.SendLater("self", [(byte)(message.Bytes[0] + 1)], TimeSpan.Zero);
                }
            }
        );
        self.Send("self", [1]);

        Assert.Equal(5, host.Host.Pump());
        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    /// <summary>Those of one time in the order in which they were given, also among several senders' by their times.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task SendLater_SeveralDueAtOnce_AreSentByTime(int workers)
    {
        await using TestHost host = new(workers, _time);
        host.AddInbox("inbox", out Inbox inbox);
        MessagingEndpoint one = host.AddSender("one");
        MessagingEndpoint two = host.AddSender("two");
        one.SendLater("inbox", [5], 5 * Second);
        two.SendLater("inbox", [3], 3 * Second);
        one.SendLater("inbox", [1], Second);
        two.SendLater("inbox", [4], 4 * Second);
        one.SendLater("inbox", [2], 2 * Second);
        one.SendLater("inbox", [6], 5 * Second);
        one.SendLater("inbox", [7], 5 * Second);

        _time.Advance(10 * Second);
        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], inbox.Received.Select(r => r.Bytes[0]));
    }

    [Fact]
    public async Task CancelLater_BeforeAndAfterItsTime_TakesItBackOrNot()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        MessagingEndpoint other = host.AddSender("other");
        long first = client.SendLater("client", [1], Second).Number;
        long second = client.SendLater("client", [2], Second).Number;

        Assert.False(other.CancelLater(first));
        Assert.True(client.CancelLater(first));
        Assert.False(client.CancelLater(first));
        Assert.False(client.CancelLater(0));
        Assert.False(client.CancelLater(-1));
        Assert.False(client.CancelLater(long.MaxValue));
        _time.Advance(Second);
        await host.Host.DrainAsync(withScheduled: true, Token);

        Assert.False(client.CancelLater(second));
        Assert.Equal([2], inbox.Received.Select(r => r.Bytes[0]));
        Assert.Equal((1, 0), (host.Statistics.Sent, host.Statistics.Scheduled));
    }

    [Fact]
    public async Task SendLater_TargetComesInTime_IsDelivered()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(SendStatus.Accepted, client.SendLater("later", [1], Second).Status);
        Assert.Equal(SendStatus.Accepted, client.SendLater("never", [1], Second).Status);
        host.AddInbox("later", out Inbox inbox);
        _time.Advance(Second);
        host.Host.Pump();

        Assert.Single(inbox.Received);
        SendRefused refused = Assert.Single(host.Events.OfType<SendRefused>());
        Assert.Equal(("never", SendStatus.TargetNotFound), (refused.Target, refused.Status));
        Assert.Equal((2, 1, 1), (host.Statistics.Sent, host.Statistics.Accepted, host.Statistics.Refused));
    }

    [Fact]
    public async Task SendLater_FailsAChecksThatItCanFailNow_IsRefusedAtOnce()
    {
        await using TestHost host = new(workers: 0, _time);
        host.Host.AddEndpoint("small", _ => { }, new() { MaxMessageBytes = 2 });
        host.Host.AddEndpoint("picky", _ => { }, new() { Codecs = ["cbor"] });
        host.Host.AddEndpoint("deaf", _ => { }, new() { ReceivesFrom = [] });
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(new LaterResult { Status = SendStatus.InvalidMessage }, client.SendLater("No Id", [1], Second));
        Assert.Equal(
            new LaterResult { Status = SendStatus.PayloadTooLarge },
            client.SendLater("small", [1, 2, 3], Second)
        );
        Assert.Equal(new LaterResult { Status = SendStatus.UnsupportedCodec }, client.SendLater("picky", [1], Second));
        Assert.Equal(new LaterResult { Status = SendStatus.CapabilityDenied }, client.SendLater("deaf", [1], Second));
        Assert.Equal((4, 4, 0), (host.Statistics.Sent, host.Statistics.Refused, host.Statistics.Scheduled));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.SendLater("small", [1], TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public async Task SendLater_MoreThanMayWait_IsQueueFullUntilOneIsSent()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { LaterMessages = 2 });

        Assert.Equal(SendStatus.Accepted, client.SendLater("client", [1], Second).Status);
        Assert.Equal(SendStatus.Accepted, client.SendLater("client", [1], 2 * Second).Status);
        Assert.Equal(SendStatus.QueueFull, client.SendLater("client", [1], Second).Status);
        SendRefused refused = Assert.Single(host.Events.OfType<SendRefused>());
        Assert.Contains("as many later messages", refused.Reason, StringComparison.Ordinal);
        _time.Advance(Second);
        host.Host.Pump();
        Assert.Equal(SendStatus.Accepted, client.SendLater("client", [1], Second).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task SendLaterAsync_MoreThanMayWait_IsScheduledWhenOneIsSent(int workers)
    {
        await using TestHost host = new(workers, _time);
        List<byte> handled = [];
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            message => handled.Add(message.Bytes[0]),
            new() { LaterMessages = 1 }
        );
        Assert.Equal(
            SendStatus.Accepted,
            (await client.SendLaterAsync("client", new byte[] { 1 }, Second, Token)).Status
        );
        Task<LaterResult> second = client.SendLaterAsync("client", new byte[] { 2 }, Second, Token).AsTask();
        Task<LaterResult> third = client.SendLaterAsync("client", new byte[] { 3 }, 2 * Second, Token).AsTask();
        Assert.False(second.IsCompleted || third.IsCompleted);

        await TestHost.UntilAsync(
            () =>
            {
                _time.Advance(Second);
                if (workers == 0)
                {
                    host.Host.Pump();
                }

                return second.IsCompleted && third.IsCompleted && client.Statistics.Scheduled == 0;
            },
            "all are sent"
        );
        await host.SettleAsync();

        Assert.Equal((SendStatus.Accepted, SendStatus.Accepted), ((await second).Status, (await third).Status));
        Assert.Equal(new byte[] { 1, 2, 3 }, handled.Order());
        Assert.Equal((3, 0), (host.Statistics.Sent, host.Statistics.Refused));
    }

    [Fact]
    public async Task SendLaterAsync_WhileOneIsTakenBack_IsScheduled()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { LaterMessages = 1 });
        LaterResult first = client.SendLater("client", [1], Second);
        Task<LaterResult> second = client.SendLaterAsync("client", new byte[] { 2 }, Second, Token).AsTask();

        Assert.True(client.CancelLater(first.Number));

        LaterResult result = await second.WaitAsync(TestHost.Patience, Token);
        Assert.Equal((SendStatus.Accepted, 1), (result.Status, client.Statistics.Scheduled));
        Assert.True(client.CancelLater(result.Number));
    }

    [Fact]
    public async Task SendLaterAsync_CancelledWhileItWaits_IsNotSent()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { LaterMessages = 1 });
        client.SendLater("client", [1], Second);
        using CancellationTokenSource cancel = new();
        Task<LaterResult> second = client.SendLaterAsync("client", new byte[] { 2 }, Second, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(TestHost.Patience, Token));
        Assert.Equal((0, 1), (host.Statistics.Refused, client.Statistics.Scheduled));
    }

    [Fact]
    public async Task SendLaterAsync_HostStopsWhileItWaits_IsClosed()
    {
        TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { LaterMessages = 1 });
        client.SendLater("client", [1], Second);
        Task<LaterResult> second = client.SendLaterAsync("client", new byte[] { 2 }, Second, Token).AsTask();

        await host.DisposeAsync();

        Assert.Equal(SendStatus.Closed, (await second.WaitAsync(TestHost.Patience, Token)).Status);
    }

    [Fact]
    public async Task SendLaterAsync_RefusedForAnythingElse_SaysSoAtOnce()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { LaterMessages = 1 });
        client.SendLater("client", [1], Second);

        LaterResult noId = await client.SendLaterAsync("No Id", new byte[] { 1 }, Second, Token);
        LaterResult tooLarge = await client.SendLaterAsync("not-there-yet", new byte[(64 << 20) + 1], Second, Token);

        Assert.Equal((SendStatus.InvalidMessage, SendStatus.QueueFull), (noId.Status, tooLarge.Status));
        Assert.Equal(2, host.Statistics.Refused);
    }

    [Fact]
    public async Task SendLater_MoreBytesThanMayWait_IsQueueFull()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.AddSender();
        byte[] large = new byte[48 << 20];

        Assert.Equal(SendStatus.Accepted, client.SendLater("not-there-yet", large, Second).Status);
        Assert.Equal(SendStatus.QueueFull, client.SendLater("not-there-yet", large, Second).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Stop_MessagesWait_EachIsSentAndRefused(int workers)
    {
        TestHost host = new(workers, _time);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        for (int i = 0; i < 10; i++)
        {
            client.SendLater("client", [1], Second * i + Second);
        }

        await host.DisposeAsync();
        Assert.Empty(inbox.Received);
        Assert.Equal((10, 10, 0), (host.Statistics.Sent, host.Statistics.Refused, host.Statistics.Scheduled));
        Assert.Equal(10, host.Host.CountRefused(SendStatus.Closed));
        Assert.All(
            host.Events.OfType<SendRefused>(),
            r => Assert.Equal(("client", SendStatus.Closed), (r.Target, r.Status))
        );
        Assert.Equal(SendStatus.Closed, client.SendLater("client", [1], Second).Status);
    }

    [Fact]
    public async Task Remove_Sender_TakesBackWhatWaits()
    {
        await using TestHost host = new(workers: 0, _time);
        MessagingEndpoint client = host.AddSender();
        host.AddInbox("inbox", out Inbox inbox);
        client.SendLater("inbox", [1], Second);

        client.Remove();
        Assert.Equal(0, host.Statistics.Scheduled);
        _time.Advance(Second);
        await host.Host.DrainAsync(withScheduled: true, Token);
        Assert.Empty(inbox.Received);
        Assert.Equal(0, host.Statistics.Sent);
        Assert.Equal(SendStatus.Closed, client.SendLater("inbox", [1], Second).Status);
    }

    /// <summary>A handler that gives another one each time: the waiting ends when none is left.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task DrainWithScheduled_HandlersGiveMore_WaitsForThemToo(int workers)
    {
        await using TestHost host = new(workers);
        int handled = 0;
        MessagingEndpoint? self = null;
        self = host.Host.AddEndpoint(
            "self",
            _ =>
            {
                if (Interlocked.Increment(ref handled) < 20)
                {
                    self!.SendLater("self", [1], TimeSpan.FromMilliseconds(1));
                }
            }
        );
        self.SendLater("self", [1], TimeSpan.FromMilliseconds(1));

        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);
        Assert.Equal(20, handled);
        Assert.Equal((20, 0), (host.Statistics.Handled, host.Statistics.Scheduled));
    }
}
