using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

// What becomes of requests and replies when an instance, a component or the host ends, in which order replies come, and how
// long they may be.
public abstract partial class ConversationContract
{
    /// <summary>Short answers are copied in pieces that overlap, and the longest is larger than the place from which others are handed over.</summary>
    [Fact]
    public async Task Reply_OfAnyLength_ComesWhole()
    {
        int[] lengths = [.. Enumerable.Range(0, 40), 1000, 100_000, 300_000];
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component asker = Add(host, "asker");
        host.AddInbox("log", out Inbox log);
        host.Host.AddEndpoint(
            "responder",
            request => Answer.Of(Pattern(BinaryPrimitives.ReadInt32LittleEndian(request.Bytes)))
        );
        MessagingEndpoint client = host.AddSender();

        foreach (int length in lengths)
        {
            byte[] request = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(request, length);
            client.Send("asker", Do(Ask, "responder", request));
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(asker.Statistics, handled: 2 * lengths.Length);
        Assert.Equal(lengths.Select(Pattern), Replies(log).Select(reply => reply.Answer));

        static byte[] Pattern(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)(i % 251))];
    }

    /// <summary>The reply waits behind the messages that came before it, and before those that came later.</summary>
    [Theory]
    [InlineData(OverflowPolicy.Refuse)]
    [InlineData(OverflowPolicy.DropOldest)]
    public async Task Reply_AmongMessages_ComesInOrderAndBesideTheMailbox(OverflowPolicy policy)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component asker = Add(
            host,
            "asker",
            new()
            {
                SendsTo = ["*"],
                Mailbox = new() { Messages = 3, OverflowPolicy = policy },
            }
        );
        MessagingEndpoint client = host.AddSender();
        host.AddInbox("log", out Inbox log);
        int asked = 0;
        // Answers at once, and before and behind that sends so many messages that the mailbox is full.
        host.Host.AddEndpoint(
            "crowd",
            _ =>
            {
                asked++;
                for (int i = 0; i < 3; i++)
                {
                    client.Send("asker", Do(Number, "", []));
                }

                return Answer.Of(new byte[] { 42 });
            }
        );

        client.Send("asker", Do(Ask, "crowd", [0]));
        Assert.Equal(1, host.Host.Pump(1));
        Assert.Equal(1, host.Host.Pump(1));
        Assert.Equal((1, 3), (asked, asker.Statistics.Queued));
        SendStatus crowded = client.Send("asker", Do(Number, "", []));
        await host.SettleAsync();

        bool drops = policy == OverflowPolicy.DropOldest;
        Assert.Equal(drops ? SendStatus.Accepted : SendStatus.QueueFull, crowded);
        int[] lengths = [.. log.Received.Select(message => message.Bytes.Length)];
        // A number has 8 bytes, a reply 10.
        Assert.Equal(drops ? [8, 8, 10, 8] : [8, 8, 8, 10], lengths);
        AccountingAssert.AssertEnded(asker.Statistics, handled: 5, evicted: drops ? 1 : 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Restart_OfTheRequester_ItsRepliesAreLateAndNumbersGoOn(int workers)
    {
        await using Conversation talk = Begin(workers);

        talk.Tell(AskAndTrap, [0, 1]);
        talk.Tell(AskAndTrap, [1]);
        talk.Tell(Ask, [0, 2]);
        HostStatistics statistics = await talk.Host.SettleAsync();

        LoggedReply reply = Assert.Single(Replies(talk.Log));
        Assert.Equal((3UL, 2), (reply.Request, reply.Answer[0]));
        AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 2, trapped: 2);
        AccountingAssert.AssertEnded(talk.Responder.Statistics, handled: 2, rejected: 1);
        Assert.Equal((3, 2), (statistics.Requests, statistics.LateReplies));
    }

    [Fact]
    public async Task Restart_WhileRepliesWait_TheyAreLate()
    {
        await using Conversation talk = Begin();
        talk.Host.Host.AddEndpoint(
            "spoiler",
            _ =>
            {
                talk.Client.Send("asker", Do(Trap, "", []));
                return Answer.Of(new byte[1]);
            }
        );

        talk.Client.Send("asker", Do(Ask, "spoiler", [0]));
        talk.Tell(Ask, [0]);
        HostStatistics statistics = await talk.Host.SettleAsync();

        AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 2 + talk.Log.Count, trapped: 1);
        Assert.Equal((2, 2 - talk.Log.Count), (statistics.Requests, statistics.LateReplies));
        Assert.True(statistics.LateReplies > 0);
    }

    [Fact]
    public async Task Replace_OfTheRequester_ItsRepliesAreLate()
    {
        await using Conversation talk = Begin();

        talk.Tell(Ask, [0]);
        Assert.Equal(1, talk.Host.Host.Pump(1));
        talk.Asker.Replace(ComponentSource.FromFile(TestFiles.PathOf(file)));
        HostStatistics statistics = await talk.Host.SettleAsync();

        Assert.Empty(talk.Log.Received);
        AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 1);
        AccountingAssert.AssertEnded(talk.Responder.Statistics, handled: 1);
        Assert.Equal((1, 1), (statistics.Requests, statistics.LateReplies));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Remove_OfEitherSide_EndsTheRequestOnce(bool isRequester)
    {
        await using Conversation talk = Begin();

        talk.Tell(Ask, [0]);
        Assert.Equal(1, talk.Host.Host.Pump(1));
        talk.Host.Host.Remove(isRequester ? "asker" : "responder");
        HostStatistics statistics = await talk.Host.SettleAsync();

        if (isRequester)
        {
            Assert.Empty(talk.Log.Received);
            AccountingAssert.AssertEnded(talk.Responder.Statistics, handled: 1);
            Assert.Equal((1, 1), (statistics.Requests, statistics.LateReplies));
        }
        else
        {
            Assert.Equal(ReplyOutcome.Undeliverable, Assert.Single(Replies(talk.Log)).Outcome);
            AccountingAssert.AssertEnded(talk.Responder.Statistics, undeliverable: 1);
            AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 2);
        }
    }

    /// <summary>One message is pumped: a turn of two may end between them, at a tick of the epoch, and the responder come first.</summary>
    [Fact]
    public async Task Stop_WithRequestsOpen_BalancesTheStatistics()
    {
        await using Conversation talk = Begin();

        talk.Tell(Ask, [0]);
        Assert.Equal(1, talk.Host.Host.Pump(1));
        await talk.Host.StopAsync(TimeSpan.Zero);
        await talk.Host.DisposeAsync();

        Assert.Empty(talk.Log.Received);
        AccountingAssert.AssertEnded(talk.Responder.Statistics, undeliverable: 1);
        Assert.Equal(1, talk.Host.Statistics.Requests);
    }

    [Fact]
    public async Task Reply_ThatTrapsOrNeverComesBack_IsADeadLetterAndTheNextInstanceGoesOn()
    {
        await using Conversation talk = Begin(
            workers: 1,
            asker: new()
            {
                SendsTo = ["*"],
                Restart = new() { Max = 10 },
                Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(500) },
            }
        );

        talk.Tell(Ask, [0, 0xFF]);
        await talk.Host.SettleAsync();
        talk.Tell(Ask, [0, 0xFE]);
        await talk.Host.SettleAsync();
        talk.Tell(Ask, [0, 1]);
        await talk.Host.SettleAsync();

        Assert.Equal(3UL, Assert.Single(Replies(talk.Log)).Request);
        AccountingAssert.AssertEnded(talk.Asker.Statistics, handled: 4, trapped: 1, timedOut: 1);
        DeadLetter[] letters = talk.Host.DeadLetters.ToArray();
        Assert.Equal([Outcome.Trapped, Outcome.TimedOut], letters.Select(letter => letter.Outcome));
        Assert.All(
            letters,
            letter => Assert.Equal(("responder", "asker", 1), (letter.Sender, letter.Target, letter.Length))
        );
        Assert.Equal(2, letters.Select(letter => letter.Number).Distinct().Count());
        Assert.Equal(2, talk.Host.Events.OfType<ComponentRestarted>().Count());
    }

    /// <summary>The numbers of requests and replies began anew, so that a responder's replies came twice under one number.</summary>
    [Fact]
    public async Task Reply_ToOneThatWasAddedAgain_HasANumberOfItsOwn()
    {
        await using Conversation talk = Begin();

        talk.Tell(Ask, [0, 0xFF]);
        await talk.Host.SettleAsync();
        talk.Tell(Ask, [0, 0xFF]);
        await talk.Host.SettleAsync();
        talk.Host.Host.Remove("asker");
        await talk.Host.SettleAsync();
        Add(talk.Host, "asker");
        talk.Tell(Ask, [0, 0xFF]);
        await talk.Host.SettleAsync();
        talk.Tell(Ask, [0, 1]);
        await talk.Host.SettleAsync();

        long[] numbers = [.. talk.Host.DeadLetters.Select(letter => letter.Number)];
        Assert.Equal(3, numbers.Length);
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.True(Assert.Single(Replies(talk.Log)).Request > 3);
    }

    /// <summary>A component that stopped for good is no more, and what it scheduled is still sent; the host did not count it meanwhile.</summary>
    [Fact]
    public async Task Stop_OfAComponentForGood_ItsLaterMessagesCountUntilTheyAreSent()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time, runtime: runtime);
        Component guest = Add(
            host,
            "guest",
            new()
            {
                SendsTo = ["*"],
                Restart = new() { Max = 0 },
            }
        );
        host.AddInbox("target", out Inbox target);
        MessagingEndpoint client = host.AddSender();
        byte[] delay = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(delay, 5000);

        client.Send("guest", Do(Later, "target", [.. delay, 1]));
        client.Send("guest", Do(Trap, "", []));
        await host.SettleAsync();
        Assert.True(guest.IsStopped);
        Assert.Equal((1, 1), (guest.Statistics.Scheduled, host.Statistics.Scheduled));
        Assert.Equal((2, 2), (host.Statistics.Sent, host.Statistics.Settled));
        time.Advance(TimeSpan.FromSeconds(6));
        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);

        Assert.Equal([1], Assert.Single(target.Received).Bytes);
        Assert.Equal((3, 0), (host.Statistics.Sent, host.Statistics.Scheduled));
    }

    /// <summary>Longer than a timer of the system can wait for at once.</summary>
    [Fact]
    public async Task Request_ForTheLongestTime_IsOverThenAndNotBefore()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time, runtime: runtime);
        Add(host, "asker");
        host.Host.AddEndpoint(
            "slow",
            async (AsyncMessage _, CancellationToken stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return Answer.Of(default);
            }
        );
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();
        var longest = TimeSpan.FromMilliseconds(uint.MaxValue);

        client.Send("asker", Do(AskFor, "slow", [0xFF, 0xFF, 0xFF, 0xFF, 0]));
        Pump(host);
        time.Advance(TimeSpan.FromDays(49));
        time.Advance(longest - TimeSpan.FromDays(49) - TimeSpan.FromTicks(1));
        Pump(host);
        Assert.Empty(log.Received);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Pump(host);

        Assert.Equal(ReplyOutcome.TimedOut, Assert.Single(Replies(log)).Outcome);
    }

    [Fact]
    public async Task Request_BeyondTheOpenOnes_CostsNoRateAndNoQuota()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time, runtime: runtime);
        Add(
            host,
            "asker",
            new()
            {
                SendsTo = ["*"],
                Limits = new() { OpenRequests = 1 },
                Rate = new() { MessagesPerSecond = 0.001, Burst = 3 },
                Quota = new() { Messages = 3 },
            }
        );
        Component responder = Add(host, "responder");
        MessagingEndpoint client = host.AddSender();

        // Of each three that are asked at once one is sent, until three were; the replies go to a log that is not there.
        for (int i = 0; i < 4; i++)
        {
            for (int each = 0; each < 3; each++)
            {
                client.Send("asker", Do(Ask, "responder", [0]));
            }

            await host.SettleAsync();
        }

        AccountingAssert.AssertEnded(responder.Statistics, handled: 3);
        // The rate is looked at before the room.
        Assert.Equal(["6", "6", "6", "6", "7", "7", "7", "7", "7"], Reasons(host, "asker"));
    }

    private Conversation Begin(int workers = 0, ComponentOptions? asker = null)
    {
        TestHost host = new(workers, runtime: runtime);
        Component asking = Add(host, "asker", asker);
        Component responding = Add(host, "responder");
        host.AddInbox("log", out Inbox log);
        return new(host, asking, responding, log, host.AddSender());
    }

    /// <summary>A guest that asks another one when it is told to, and tells the log what it is answered.</summary>
    private sealed record Conversation(
        TestHost Host,
        Component Asker,
        Component Responder,
        Inbox Log,
        MessagingEndpoint Client
    ) : IAsyncDisposable
    {
        /// <summary>Tells the guest to ask the other one.</summary>
        public void Tell(byte operation, byte[] request) =>
            Assert.Equal(SendStatus.Accepted, Client.Send("asker", Do(operation, "responder", request)));

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
