using System.Buffers.Binary;
using System.Text;
using FireAndForget.Mailboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// What guests of messaging 1.1 do, whichever way they run: <c>fixtures/conversation-component.wat</c>, which says at its top what it
/// does, and its twin in core WebAssembly.
/// </summary>
public abstract partial class ConversationContract(GuestRuntime runtime, string file)
{
    private const byte Ask = 1;
    private const byte AskAndGiveUp = 2;
    private const byte AskAndTrap = 3;
    private const byte AskFor = 4;
    private const byte Number = 5;
    private const byte Publish = 6;
    private const byte Later = 7;
    private const byte LaterAndCancel = 8;
    private const byte Trap = 9;

    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly ComponentOptions MayAsk = new()
    {
        SendsTo = ["*"],
        Restart = new() { Max = 1000 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whether a rejection of the guest is a number, and not a text.</summary>
    private bool IsCore => file == TestFiles.ConversationCore;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Request_OfAGuest_EachEndsWithItsOwnReply(int workers)
    {
        await using Conversation talk = Begin(workers);

        for (int i = 0; i < 200; i++)
        {
            talk.Tell(Ask, [0, (byte)i]);
        }

        HostStatistics statistics = await talk.Host.SettleAsync();

        LoggedReply[] replies = Replies(talk.Log);
        Assert.Equal(Enumerable.Range(0, 200), replies.Select(reply => (int)reply.Answer[0]));
        Assert.Equal(Enumerable.Range(1, 200), replies.Select(reply => (int)reply.Request));
        Assert.All(replies, reply => Assert.Equal(ReplyOutcome.Handled, reply.Outcome));
        AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 400);
        AccountingAssert.AssertEnded(talk.Responder.Statistics, handled: 200);
        Assert.Equal(
            (800, 0, 200, 0),
            (statistics.Sent, statistics.Refused, statistics.Requests, statistics.LateReplies)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Request_NotAnswered_TheReplyTellsTheFailure(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        Add(host, "asker", new() { SendsTo = ["*"], MaxMessageBytes = 1000 });
        Component responder = Add(
            host,
            "responder",
            new()
            {
                Restart = new() { Max = 1000 },
                Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(500) },
            }
        );
        host.AddInbox("log", out Inbox log);
        host.Host.AddEndpoint("verbose", _ => Answer.Of(new byte[1001]));
        MessagingEndpoint client = host.AddSender();

        await Check("responder", [1], ReplyOutcome.Rejected);
        await Check("verbose", [1], ReplyOutcome.Rejected);
        await Check("log", [1], ReplyOutcome.Rejected);
        await Check("responder", [2], ReplyOutcome.Trapped);
        await Check("responder", [3], ReplyOutcome.TimedOut);
        await Check("responder", [5], ReplyOutcome.Trapped);
        await Check("responder", [6], ReplyOutcome.Trapped);
        await Check("responder", [7], ReplyOutcome.Handled);
        await host.SettleAsync();
        AccountingAssert.AssertEnded(responder.Statistics, handled: 1, rejected: 1, trapped: 3, timedOut: 1);

        async Task Check(string target, byte[] request, ReplyOutcome outcome)
        {
            int before = Replies(log).Length;
            client.Send("asker", Do(Ask, target, request));
            await host.SettleAsync();
            LoggedReply reply = Replies(log)[before..].Single();
            Assert.Equal((outcome, 0), (reply.Outcome, reply.Answer.Length));
        }
    }

    [Fact]
    public async Task Request_Refused_TheGuestIsToldAtOnce()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component asker = Add(
            host,
            "asker",
            new()
            {
                SendsTo = ["responder", "nobody", "small"],
                Limits = new() { OpenRequests = 2 },
            }
        );
        Component responder = Add(host, "responder");
        host.Host.AddEndpoint("small", _ => Answer.Of(default), options: new() { MaxMessageBytes = 1 });
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();

        client.Send("asker", Do(Ask, "nobody", [0]));
        client.Send("asker", Do(Ask, "log", [0]));
        client.Send("asker", Do(Ask, "small", [0, 0]));
        client.Send("asker", Do(Ask, "responder", [0]));
        client.Send("asker", Do(Ask, "responder", [0]));
        client.Send("asker", Do(Ask, "responder", [0]));
        HostStatistics statistics = await host.SettleAsync();

        SendRefused[] refused = [.. host.Events.OfType<SendRefused>()];
        Assert.Equal(
            [SendStatus.TargetNotFound, SendStatus.CapabilityDenied, SendStatus.PayloadTooLarge, SendStatus.QueueFull],
            refused[..4].Select(refusal => refusal.Status)
        );
        Assert.Contains("2 requests open", refused[3].Reason, StringComparison.Ordinal);
        Assert.Equal(["2", "3", "5", "6"], Reasons(host, "asker"));
        // It may send to nobody but those above, and the replies could not be told of.
        AccountingAssert.AssertEnded(asker.Statistics, handled: 4, rejected: 4);
        AccountingAssert.AssertEnded(responder.Statistics, handled: 2);
        Assert.Equal((2, 0), (statistics.Requests, log.Count));
        client.Send("asker", Do(Ask, "responder", [0]));
        Assert.Equal(3, (await host.SettleAsync()).Requests);
    }

    [Fact]
    public async Task Request_GivenUp_HasNoReplyAndCanBeGivenUpOnce()
    {
        await using Conversation talk = Begin();

        talk.Tell(AskAndGiveUp, [0, 1]);
        HostStatistics statistics = await talk.Host.SettleAsync();

        Assert.Equal([1, 0], Assert.Single(talk.Log.Received).Bytes);
        AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 1);
        AccountingAssert.AssertEnded(talk.Responder.Statistics, handled: 1);
        Assert.Equal((1, 1), (statistics.Requests, statistics.LateReplies));
    }

    [Fact]
    public async Task Request_TimeIsOver_TheReplyTellsItAndTheAnswerIsLate()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time, runtime: runtime);
        Add(host, "asker");
        TaskCompletionSource goOn = new();
        host.Host.AddEndpoint(
            "slow",
            async (AsyncMessage _, CancellationToken _) =>
            {
                await goOn.Task;
                return Answer.Of(new byte[1]);
            },
            options: new() { MaxConcurrency = 10 }
        );
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();
        byte[] milliseconds = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(milliseconds, 5000);

        client.Send("asker", Do(AskFor, "slow", [.. milliseconds, 0]));
        client.Send("asker", Do(Ask, "slow", [0]));
        Pump(host);
        time.Advance(TimeSpan.FromSeconds(4));
        Pump(host);
        Assert.Empty(log.Received);
        time.Advance(TimeSpan.FromSeconds(2));
        Pump(host);
        Assert.Equal((1, ReplyOutcome.TimedOut), Assert.Single(Replies(log)).Head);
        time.Advance(TimeSpan.FromSeconds(5));
        Pump(host);
        Assert.Equal((2, ReplyOutcome.TimedOut), Replies(log)[1].Head);
        goOn.SetResult();
        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal((2, 2), (log.Count, statistics.LateReplies));
    }

    [Fact]
    public async Task Request_ToItself_IsAnswered()
    {
        await using TestHost host = new(workers: 1, runtime: runtime);
        Component asker = Add(host, "asker");
        host.AddInbox("log", out Inbox log);

        host.AddSender().Send("asker", Do(Ask, "asker", [0, 7]));
        await host.SettleAsync();

        Assert.Equal(7, Assert.Single(Replies(log)).Answer[0]);
        AccountingAssert.AssertEnded(asker.Statistics, handled: 3);
    }

    [Fact]
    public async Task MessageNumber_InEachHandler_IsThatOfTheMessage()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Add(host, "guest");
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();

        Task<MessageFate>[] fates =
        [
            .. Enumerable.Range(0, 5).Select(_ => client.SendAndWaitAsync("guest", Do(Number, "", []), Token).AsTask()),
        ];
        client.Send("guest", Do(Number, "", []));
        client.Send("guest", Do(Number, "", []));
        // One that goes alone.
        client.Send("guest", Do(Number, "", new byte[50_000]));
        Task<Reply> asked = client.RequestAsync("guest", [4], Long, Token).AsTask();
        await host.SettleAsync();

        long[] seen = [.. log.Received.Select(message => BinaryPrimitives.ReadInt64LittleEndian(message.Bytes))];
        MessageFate[] ended = await Task.WhenAll(fates).WaitAsync(TestHost.Patience, Token);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7, 8], seen);
        Assert.Equal(seen[..5], ended.Select(fate => fate.Number));
        Reply reply = await asked.WaitAsync(TestHost.Patience, Token);
        Assert.Equal(9, BinaryPrimitives.ReadInt64LittleEndian(reply.Bytes.Span));
    }

    [Fact]
    public async Task Request_FromNet_IsAnsweredOrSaysWhyNot()
    {
        await using TestHost host = new(workers: 1, runtime: runtime);
        Component guest = Add(host, "guest");
        MessagingEndpoint client = host.AddSender();

        Assert.Equal([5, 6], (await client.RequestAsync("guest", [0, 5, 6], Long, Token)).Bytes.ToArray());
        Reply large = await client.RequestAsync("guest", [0, .. new byte[100_000]], Long, Token);
        Assert.Equal(100_000, large.Bytes.Length);
        Reply rejected = await client.RequestAsync("guest", [1], Long, Token);
        Assert.Equal(
            (ReplyOutcome.Rejected, IsCore ? "handle-request returned 0" : "no"),
            (rejected.Outcome, rejected.Reason)
        );
        foreach (byte broken in (byte[])[2, 5, 6])
        {
            Assert.Equal(ReplyOutcome.Trapped, (await client.RequestAsync("guest", [broken], Long, Token)).Outcome);
        }

        await host.SettleAsync();
        AccountingAssert.AssertEnded(guest.Statistics, handled: 2, rejected: 1, trapped: 3);
    }

    /// <summary>Observed too, by <see cref="ObservedTopicTests"/>.</summary>
    [Fact]
    public async Task Publish_ByAGuest_ReachesTheTopicHandlersOfOthersInOrder()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Add(host, "publisher", new() { SendsTo = ["log"], PublishesTo = ["news/*"] });
        Component one = Add(host, "one", new() { SendsTo = ["log"], SubscribesTo = ["news/*"] });
        Component other = Add(host, "other", new() { SendsTo = ["log"], SubscribesTo = ["news/a"] });
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();

        client.Send("publisher", Do(Publish, "news/a", [7, 7, 7]));
        client.Send("publisher", Do(Publish, "weather", [7]));
        client.Send("publisher", Do(Publish, "news/b", [1]));
        client.Send("publisher", Do(Publish, "news/a", new byte[40_000]));
        client.Send("one", Do(Number, "", []));
        await host.SettleAsync();

        Assert.Equal([2, 1, 2], Logged("publisher").Select(bytes => (int)bytes[0]));
        Assert.Equal(["3"], Reasons(host, "publisher"));
        byte[][] published =
        [
            [.. "news/a"u8, 7, 7, 7],
            [.. "news/b"u8, 1],
            [.. "news/a"u8, .. new byte[40_000]],
        ];
        Assert.Equal(published, Logged("one").Where(bytes => bytes.Length != 8));
        Assert.Equal([published[0], published[2]], Logged("other"));
        AccountingAssert.AssertEnded(one.Statistics, handled: 3, rejected: 1);
        AccountingAssert.AssertEnded(other.Statistics, handled: 2);
        DeadLetter letter = Assert.Single(host.DeadLetters, letter => letter.Target == "one");
        Assert.Equal("publisher", letter.Sender);
        Assert.Contains(IsCore ? "handle-topic returned 1" : "not this", letter.Reason, StringComparison.Ordinal);

        IEnumerable<byte[]> Logged(string sender) =>
            log.Received.Where(message => message.Sender == sender).Select(message => message.Bytes);
    }

    [Fact]
    public async Task SendLater_ByAGuest_ComesInTimeOrIsCancelled()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time, runtime: runtime);
        Add(host, "guest");
        host.AddInbox("log", out Inbox log);
        host.AddInbox("target", out Inbox target);
        MessagingEndpoint client = host.AddSender();
        byte[] delay = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(delay, 5000);

        client.Send("guest", Do(Later, "target", [.. delay, 1]));
        client.Send("guest", Do(LaterAndCancel, "target", [.. delay, 2]));
        client.Send("guest", Do(Later, "A b", [.. delay, 3]));
        Pump(host);
        Assert.Equal((1, 0), (host.Statistics.Scheduled, target.Count));
        Assert.Equal([1, 0], Assert.Single(log.Received).Bytes);
        Assert.Equal(["1"], Reasons(host, "guest"));
        time.Advance(TimeSpan.FromSeconds(6));
        Pump(host);
        await host.SettleAsync();

        Assert.Equal([1], Assert.Single(target.Received).Bytes);
        Assert.Equal("guest", target.Received[0].Sender);
        Assert.Equal(0, host.Statistics.Scheduled);
    }

    private Component Add(TestHost host, string id, ComponentOptions? options = null) =>
        host.Add(id, file, options ?? MayAsk);

    private static byte[] Do(byte operation, string target, byte[] payload) =>
        [operation, (byte)target.Length, .. Encoding.ASCII.GetBytes(target), .. payload];

    /// <summary>Delivers what there is, which need not settle everything.</summary>
    private static void Pump(TestHost host)
    {
        while (host.Host.Pump(1000) != 0) { }
    }

    /// <summary>Why the component's messages were rejected: the send error's number.</summary>
    private static IEnumerable<string> Reasons(TestHost host, string target) =>
        host
            .DeadLetters.Where(letter => letter.Target == target)
            .Select(letter => letter.Reason.Replace("handle-message returned ", "", StringComparison.Ordinal));

    private static LoggedReply[] Replies(Inbox log) =>
        [
            .. log
                .Received.Where(message => message.Bytes.Length >= 9)
                .Select(message => new LoggedReply(
                    BinaryPrimitives.ReadUInt64LittleEndian(message.Bytes),
                    (ReplyOutcome)message.Bytes[8],
                    message.Bytes[9..]
                )),
        ];

    private sealed record LoggedReply(ulong Request, ReplyOutcome Outcome, byte[] Answer)
    {
        public (int, ReplyOutcome) Head => ((int)Request, Outcome);
    }
}

/// <summary>A component, taken apart into core modules.</summary>
public sealed class DirectConversationTests()
    : ConversationContract(GuestRuntime.Direct, TestFiles.ConversationComponent);

/// <summary>A component, through Wasmtime's component API.</summary>
public sealed class ComponentApiConversationTests()
    : ConversationContract(GuestRuntime.ComponentApi, TestFiles.ConversationComponent);

/// <summary>A core module.</summary>
public sealed class CoreConversationTests() : ConversationContract(GuestRuntime.Direct, TestFiles.ConversationCore);
