using FireAndForget.Mailboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Requests of endpoints, and endpoints that answer.</summary>
public sealed class RequestTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Request_Answered_EachGetsItsOwnAnswerAndIsTwoMessages(int workers)
    {
        await using TestHost host = new(workers);
        MessagingEndpoint responder = host.Host.AddEndpoint("responder", Reverse);
        MessagingEndpoint client = host.AddSender();

        Task<Reply>[] asked =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(i => client.RequestAsync("responder", [1, (byte)i], Long, Token).AsTask()),
        ];
        HostStatistics statistics = await host.SettleAsync();
        Reply[] replies = await Task.WhenAll(asked).WaitAsync(TestHost.Patience, Token);

        Assert.All(replies, reply => Assert.Equal((true, ""), (reply.IsHandled, reply.Reason)));
        Assert.Equal(Enumerable.Range(0, 200), replies.Select(reply => (int)reply.Bytes.Span[0]));
        AccountingAssert.AssertEnded(responder.Statistics, handled: 200);
        AccountingAssert.AssertEnded(client.Statistics, handled: 200);
        Assert.Equal((400, 400, 0), (statistics.Sent, statistics.Handled, statistics.Refused));
        Assert.Equal((200, 0), (statistics.Requests, statistics.LateReplies));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Request_OfAHandler_ComesPastItsFullMailbox(int workers)
    {
        await using TestHost host = new(workers);
        host.Host.AddEndpoint(
            "square",
            (request, _) =>
                ValueTask.FromResult(Answer.Of(new[] { (byte)(request.Bytes.Span[0] * request.Bytes.Span[0]) }))
        );
        MessagingEndpoint sums = null!;
        sums = host.Host.AddEndpoint(
            "sums",
            async (AsyncMessage request, CancellationToken cancel) =>
            {
                Reply one = await sums.RequestAsync("square", request.Bytes.Span[..1], Long, cancel);
                Reply other = await sums.RequestAsync("square", request.Bytes.Span[1..], Long, cancel);
                return Answer.Of(new[] { (byte)(one.Bytes.Span[0] + other.Bytes.Span[0]) });
            },
            options: new()
            {
                Mailbox = new() { Messages = 1, Bytes = 100 },
            }
        );
        MessagingEndpoint client = host.AddSender();

        Task<Reply> asked = client.RequestAsync("sums", [3, 4], Long, Token).AsTask();
        await host.SettleAsync();

        Assert.Equal([25], (await asked.WaitAsync(TestHost.Patience, Token)).Bytes.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_NotAnswered_EndsAsItsDeadLetter(bool isAsynchronous)
    {
        await using TestHost host = new(workers: 1);
        if (isAsynchronous)
        {
            host.Host.AddEndpoint(
                "responder",
                async (AsyncMessage request, CancellationToken _) =>
                {
                    await Task.Yield();
                    return AnswerTo(request.Bytes.Span);
                }
            );
            host.Host.AddEndpoint("mute", async (_, _) => await Task.Yield());
        }
        else
        {
            host.Host.AddEndpoint("responder", request => AnswerTo(request.Bytes));
            host.Host.AddEndpoint("mute", _ => { });
        }

        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { }, new() { MaxMessageBytes = 10 });

        await Check("responder", 0, ReplyOutcome.Rejected, Outcome.Rejected, "not today");
        await Check("responder", 1, ReplyOutcome.Trapped, Outcome.Trapped, "no more");
        await Check("responder", 2, ReplyOutcome.Rejected, Outcome.Rejected, "11 bytes");
        await Check("mute", 0, ReplyOutcome.Rejected, Outcome.Rejected, "no handler for requests");
        MessageFate plain = await client.SendAndWaitAsync("responder", [0], Token);
        Assert.Equal(Outcome.Rejected, plain.Outcome);
        Assert.Contains("no handler for messages", plain.Reason, StringComparison.Ordinal);
        client.Send("responder", [0]);
        await host.SettleAsync();
        Assert.Equal(plain.Reason, host.DeadLetters[^1].Reason);

        async Task Check(string target, byte message, ReplyOutcome reply, Outcome outcome, string reason)
        {
            Reply ended = await client.RequestAsync(target, [message], Long, Token);
            await host.SettleAsync();
            DeadLetter letter = host.DeadLetters[^1];
            Assert.Equal((reply, SendStatus.Accepted, true), (ended.Outcome, ended.Status, ended.Bytes.IsEmpty));
            Assert.Equal((outcome, letter.Reason), (letter.Outcome, ended.Reason));
            Assert.Contains(reason, ended.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GuestRuntime.Direct, 10)]
    [InlineData(GuestRuntime.Direct, 100_000)]
    [InlineData(GuestRuntime.ComponentApi, 10)]
    public async Task Request_ToAComponentWithoutHandleRequest_IsRejectedAndTheRestIsHandled(
        GuestRuntime runtime,
        int length
    )
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component component = host.Add("component", TestFiles.HandleMessage);
        MessagingEndpoint client = host.AddSender();

        client.Send("component", [1]);
        Task<Reply> asked = client.RequestAsync("component", new byte[length], Long, Token).AsTask();
        client.Send("component", [1]);
        await host.SettleAsync();

        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        Assert.Equal(ReplyOutcome.Rejected, reply.Outcome);
        Assert.Contains("handle-request", reply.Reason, StringComparison.Ordinal);
        AccountingAssert.AssertEnded(component.Statistics, handled: 2, rejected: 1);
    }

    [Fact]
    public async Task Request_Refused_EndsAtOnceWithTheStatus()
    {
        await using TestHost host = new(workers: 0);
        host.Host.AddEndpoint("responder", Reverse);
        host.Host.AddEndpoint("closed", Reverse, options: new() { ReceivesFrom = [] });
        MessagingEndpoint client = host.Host.AddEndpoint("client", options: new() { OpenRequests = 2 });

        await Check("nobody", SendStatus.TargetNotFound, "nobody");
        await Check("closed", SendStatus.CapabilityDenied, "closed");
        Task<Reply> first = client.RequestAsync("responder", [1], Long, Token).AsTask();
        Task<Reply> second = client.RequestAsync("responder", [1], Long, Token).AsTask();
        await Check("responder", SendStatus.QueueFull, "2 requests open");
        // The checks before keep their order.
        await Check("nobody", SendStatus.TargetNotFound, "nobody");
        await host.SettleAsync();
        Assert.True((await first).IsHandled && (await second).IsHandled);
        Task<Reply> third = client.RequestAsync("responder", [1], Long, Token).AsTask();
        HostStatistics statistics = await host.SettleAsync();

        Assert.True((await third).IsHandled);
        Assert.Equal((4, 6, 3), (statistics.Refused, statistics.Accepted, statistics.Requests));
        Assert.Equal(4, client.SendsRefused);

        async Task Check(string target, SendStatus status, string reason)
        {
            ValueTask<Reply> asked = client.RequestAsync(target, [1], Long, Token);
            Assert.True(asked.IsCompleted);
            Reply reply = await asked;
            Assert.Equal((ReplyOutcome.Refused, status), (reply.Outcome, reply.Status));
            Assert.Contains(reason, reply.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Request_TimeIsOver_TimesOutAndTheAnswerIsLate()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        MessagingEndpoint responder = host.Host.AddEndpoint("responder", Reverse);
        MessagingEndpoint client = host.AddSender();

        Task<Reply> patient = client.RequestAsync("responder", [1], TimeSpan.FromSeconds(20), Token).AsTask();
        Task<Reply> hasty = client.RequestAsync("responder", [2], TimeSpan.FromSeconds(5), Token).AsTask();
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(hasty.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Reply reply = await hasty.WaitAsync(TestHost.Patience, Token);
        Assert.Equal((ReplyOutcome.TimedOut, 1), (reply.Outcome, client.Statistics.Handled));
        Assert.Equal("there was no answer within 5000 ms", reply.Reason);
        HostStatistics statistics = await host.SettleAsync();

        Assert.True((await patient.WaitAsync(TestHost.Patience, Token)).IsHandled);
        AccountingAssert.AssertEnded(responder.Statistics, handled: 2);
        Assert.Equal((4, 2, 1), (statistics.Handled, statistics.Requests, statistics.LateReplies));
        time.Advance(Long);
        Assert.Equal((4, 1), (host.Statistics.Handled, host.Statistics.LateReplies));
    }

    [Fact]
    public async Task Request_CancelledOrItsRequesterRemoved_HasNoReply()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint responder = host.Host.AddEndpoint("responder", Reverse);
        MessagingEndpoint client = host.AddSender();
        using CancellationTokenSource cancellation = new();

        Task<Reply> cancelled = client.RequestAsync("responder", [1], Long, cancellation.Token).AsTask();
        Task<Reply> removed = client.RequestAsync("responder", [1], Long, Token).AsTask();
        await cancellation.CancelAsync();
        Assert.Equal(ReplyOutcome.Cancelled, (await cancelled.WaitAsync(TestHost.Patience, Token)).Outcome);
        client.Remove();
        Assert.Equal(ReplyOutcome.Cancelled, (await removed.WaitAsync(TestHost.Patience, Token)).Outcome);
        ValueTask<Reply> early = client.RequestAsync("responder", [1], Long, cancellation.Token);
        Assert.Equal(ReplyOutcome.Cancelled, (await early).Outcome);
        Assert.Equal(SendStatus.Closed, (await client.RequestAsync("responder", [1], Long, Token)).Status);
        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(responder.Statistics, handled: 2);
        Assert.Equal((2, 2, 2), (statistics.Handled, statistics.Requests, statistics.LateReplies));
    }

    [Fact]
    public async Task Request_EvictedOrItsResponderRemovedOrStopped_IsUndeliverable()
    {
        TestHost host = new(workers: 0);
        host.Host.AddEndpoint("removed", Reverse);
        host.Host.AddEndpoint(
            "latest",
            Reverse,
            options: new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        MessagingEndpoint client = host.AddSender();

        Task<Reply> evicted = client.RequestAsync("latest", [1], Long, Token).AsTask();
        Task<Reply> stopped = client.RequestAsync("latest", [1], Long, Token).AsTask();
        Task<Reply> removed = client.RequestAsync("removed", [1], Long, Token).AsTask();
        host.Host.Remove("removed");
        await host.StopAsync(TimeSpan.Zero);
        await host.DisposeAsync();

        foreach (Task<Reply> asked in (Task<Reply>[])[evicted, stopped, removed])
        {
            Assert.Equal(ReplyOutcome.Undeliverable, (await asked.WaitAsync(TestHost.Patience, Token)).Outcome);
        }
    }

    /// <summary>Answers, rejections, exceptions, cancellations and restarts of the responder at once: each request ends once.</summary>
    [Fact]
    public async Task Request_ManyThingsAtOnce_EachEndsOnceAndTheStatisticsBalance()
    {
        await using TestHost host = new(workers: 2, listens: false);
        MessagingEndpoint client = host.Host.AddEndpoint("client", options: new() { OpenRequests = 100_000 });
        MessagingEndpointOptions roomy = new() { Mailbox = new() { Messages = 100_000 } };
        Add();
        int[] ended = new int[7];
        await Parallelly.RunAsync(
            4,
            thread =>
            {
                Random random = new(thread);
                List<Task<Reply>> asked = [];
                for (int i = 0; i < 2000; i++)
                {
                    using CancellationTokenSource cancellation = new();
                    asked.Add(
                        client.RequestAsync("responder", [(byte)random.Next(4)], Long, cancellation.Token).AsTask()
                    );
                    if (random.Next(5) == 0)
                    {
                        cancellation.Cancel();
                    }

                    if (thread == 0 && i % 200 == 0 && host.Host.Remove("responder"))
                    {
                        Add();
                    }
                }

                foreach (Task<Reply> reply in asked)
                {
                    Interlocked.Increment(
                        ref ended[(int)reply.WaitAsync(TestHost.Patience, Token).GetAwaiter().GetResult().Outcome]
                    );
                }
            }
        );
        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal(8000, ended.Sum());
        Assert.Equal(8000 - ended[(int)ReplyOutcome.Refused], statistics.Requests);
        Assert.Equal(statistics.Requests - ended[(int)ReplyOutcome.Cancelled], client.Statistics.Handled);
        Assert.Equal(0, client.Sender.Requests!.Count);
        Assert.Equal(0, host.Host.Parts.Services.Deadlines.Count);

        void Add() => host.Host.AddEndpoint("responder", request => AnswerTo(request.Bytes), options: roomy);
    }

    private static Answer Reverse(ReceivedMessage request)
    {
        byte[] answer = request.Bytes.ToArray();
        Array.Reverse(answer);
        return Answer.Of(answer);
    }

    private static Answer AnswerTo(ReadOnlySpan<byte> request) =>
        request[0] switch
        {
            0 => Answer.Reject("not today"),
            1 => throw new InvalidOperationException("no more"),
            2 => Answer.Of(new byte[11]),
            _ => Answer.Of(new byte[1]),
        };

    /// <summary>
    /// A responder that has just answered looks settled, and who asked looked settled before it answered: the reply that waits between
    /// the two must not be overlooked. How many it takes until both looks meet is chance.
    /// </summary>
    [Fact]
    public async Task Drain_ManyRequestsOneAfterTheOther_WaitsForTheLast()
    {
        const int Requests = 1_000_000;
        await using TestHost host = new(workers: 2, listens: false);
        host.AddText(
            "asking",
            $"""
            (module
              (import "host-messaging" "request" (func $request (param i32 i32 i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 100) "answering")
              (global $left (mut i32) (i32.const {Requests}))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
              (func $ask (result i32)
                (if (i32.eqz (global.get $left)) (then (return (i32.const 0))))
                (global.set $left (i32.sub (global.get $left) (i32.const 1)))
                (call $request (i32.const 100) (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (call $ask))
              (func (export "handle-reply") (param i64 i32 i32 i32) (drop (call $ask))))
            """,
            new() { SendsTo = ["answering"] }
        );
        Component answering = host.AddText(
            "answering",
            """
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
              (func (export "handle-request") (param i32 i32 i32 i32) (result i32) (i32.const 16)))
            """
        );

        host.AddSender().Send("asking", [1]);
        await host.Host.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Requests, answering.Statistics.Handled);
    }
}
