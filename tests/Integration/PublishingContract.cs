using System.Buffers.Binary;
using System.Text;
using FireAndForget.Mailboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// What guests of messaging 1.1 publish, take of topics and send later, whichever way they run; see <see cref="ConversationContract"/>
/// for the guests.
/// </summary>
public abstract class PublishingContract(GuestRuntime runtime, string file)
{
    private const byte Publish = 6;
    private const byte Later = 7;
    private const byte LaterAndBack = 8;
    private const byte Trap = 9;

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task HandleTopic_AmongOtherMessages_GetsWhatWasPublishedInOrder(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        Component subscriber = Add(host, "subscriber", new() { SendsTo = ["log"], SubscribesTo = ["news/*"] });
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();
        MessagingEndpoint other = host.AddSender("other");

        for (byte i = 0; i < 100; i++)
        {
            client.Publish("news/a", [0, i]);
            client.Send("subscriber", [0]);
            other.Publish("news/b", [0, i]);
            client.Publish("news/c", [0, i]);
        }

        HostStatistics statistics = await host.SettleAsync();
        Assert.Equal(
            Enumerable.Range(0, 100).SelectMany(i => new[] { $"news/a 0 {i}", $"news/b 0 {i}", $"news/c 0 {i}" }),
            log.Received.Select(r => $"{Encoding.ASCII.GetString(r.Bytes[..6])} {r.Bytes[6]} {r.Bytes[7]}")
        );
        AccountingAssert.AssertEnded(subscriber.Statistics, handled: 400);
        Assert.Equal((700, 700), (statistics.Sent, statistics.Handled));
    }

    /// <summary>One guest takes topics and the other does not, in turn on one thread, which keeps what it knows of the publisher.</summary>
    [Fact]
    public async Task HandleTopic_BesideAGuestWithout_EachGetsItInItsWay()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        host.Add("mirror", "guests/c/c-mirror.wasm", new() { SendsTo = ["client"], SubscribesTo = ["news"] });
        Add(host, "subscriber", new() { SendsTo = ["log"], SubscribesTo = ["news"] });
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddInbox("client", out Inbox mirrored);

        for (byte i = 0; i < 20; i++)
        {
            client.Publish("news", [0, i]);
            host.Host.Pump();
        }

        Assert.Equal(Enumerable.Range(0, 20), log.Received.Select(r => (int)r.Bytes[^1]));
        Assert.All(log.Received, r => Assert.Equal("news", Encoding.ASCII.GetString(r.Bytes[..4])));
        Assert.Equal(Enumerable.Range(0, 20), mirrored.Received.Select(r => (int)r.Bytes[0]));
    }

    [Fact]
    public async Task HandleTopic_RejectsAndTraps_HasTheOutcomeAndWhy()
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Add(
            host,
            "subscriber",
            new()
            {
                SubscribesTo = ["news"],
                Restart = new() { Max = 10 },
            }
        );
        MessagingEndpoint client = host.AddSender();

        client.Publish("news", [1]);
        client.Publish("news", [0]);
        client.Send("subscriber", [Trap, 0]);
        client.Publish("news", [1]);

        HostStatistics statistics = await host.SettleAsync();
        Assert.Equal((1, 2, 1), (statistics.Handled, statistics.Rejected, statistics.Trapped));
        string why = file == TestFiles.ConversationCore ? "handle-topic returned" : "not this";
        Assert.All(
            host.DeadLetters.Where(letter => letter.Outcome == Outcome.Rejected),
            letter => Assert.Contains(why, letter.Reason, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Publish_OfAGuest_ReachesSubscribersAndAnswersForHowMany(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        Component publisher = Add(host, "publisher", new() { SendsTo = ["log"], PublishesTo = ["news/*"] });
        host.AddInbox("log", out Inbox log);
        List<(string, string?, byte)> seen = [];
        host.Host.AddEndpoint(
            "reader",
            message => seen.Add((message.Sender, message.Topic, message.Bytes[0])),
            new() { SubscribesTo = ["news/*"] }
        );
        host.Host.AddEndpoint("small", _ => { }, new() { SubscribesTo = ["*"], MaxMessageBytes = 0 });
        MessagingEndpoint client = host.AddSender();

        for (byte i = 0; i < 50; i++)
        {
            client.Send("publisher", Do(Publish, "news/a", [i]));
        }

        HostStatistics statistics = await host.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => ("publisher", (string?)"news/a", (byte)i)), seen);
        Assert.Equal(50, log.Count);
        Assert.All(log.Received, r => Assert.Equal(1, r.Bytes[0]));
        Assert.Equal(50, publisher.CountRefused(SendStatus.PayloadTooLarge));
        Assert.Equal((200, 150, 50), (statistics.Sent, statistics.Accepted, statistics.Refused));
    }

    [Fact]
    public async Task Publish_OfAGuestThatMayNot_IsRefusedAsAWhole()
    {
        await using TestHost host = new(workers: 0, _time, runtime: runtime);
        Component publisher = Add(
            host,
            "publisher",
            new()
            {
                SendsTo = ["log"],
                PublishesTo = ["news"],
                Quota = new() { Messages = 2 },
            }
        );
        host.AddInbox("log", out Inbox log).Subscribe("*");
        MessagingEndpoint client = host.AddSender();

        client.Send("publisher", Do(Publish, "sport", [1]));
        client.Send("publisher", Do(Publish, "News", [1]));
        // What is published, and what tells for how many: the quota of two.
        client.Send("publisher", Do(Publish, "news", [7]));
        client.Send("publisher", Do(Publish, "news", [8]));
        await host.SettleAsync();

        Assert.Equal(
            [
                ("sport", SendStatus.CapabilityDenied),
                ("News", SendStatus.InvalidMessage),
                ("news", SendStatus.RateLimited),
            ],
            host.Events.OfType<SendRefused>().Select(r => (r.Target, r.Status))
        );
        Assert.Equal([7, 1], log.Received.Select(r => r.Bytes[0]));
        Assert.Equal(1, publisher.CountRefused(SendStatus.RateLimited));

        Assert.True(host.Host.Grant("publisher", Capability.PublishesTo, "sport"));
        _time.Advance(TimeSpan.FromMinutes(2));
        client.Send("publisher", Do(Publish, "sport", [9]));
        await host.SettleAsync();
        Assert.Equal([7, 1, 9, 1], log.Received.Select(r => r.Bytes[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task SendLater_OfAGuest_IsSentWhenItIsDue(int workers)
    {
        await using TestHost host = new(workers, _time, runtime: runtime);
        Component guest = Add(host, "guest", new() { SendsTo = ["log"] });
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();

        client.Send("guest", DoLater(Later, "log", 2000, [2]));
        client.Send("guest", DoLater(Later, "log", 1000, [1]));
        await host.SettleAsync();
        Assert.Equal(2, guest.Statistics.Scheduled);
        Assert.Empty(log.Received);

        _time.Advance(TimeSpan.FromSeconds(1));
        await TestHost.UntilAsync(() => Pumped(host) && log.Count == 1, "the first is delivered");
        _time.Advance(TimeSpan.FromSeconds(1));
        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);
        // The payload begins with the time.
        Assert.Equal([1, 2], log.Received.Select(r => r.Bytes[^1]));
        Assert.All(log.Received, r => Assert.Equal("guest", r.Sender));
    }

    [Fact]
    public async Task CancelLater_OfAGuest_TakesItBackOnce()
    {
        await using TestHost host = new(workers: 0, _time, runtime: runtime);
        Component guest = Add(host, "guest", new() { SendsTo = ["log"] });
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();

        client.Send("guest", DoLater(LaterAndBack, "log", 1000, [1]));
        await host.SettleAsync();

        Assert.Equal([1, 0], log.Received.Single().Bytes);
        Assert.Equal(0, guest.Statistics.Scheduled);
    }

    [Fact]
    public async Task SendLater_MoreThanMayWait_TheGuestIsToldAndARemovalTakesThemBack()
    {
        await using TestHost host = new(workers: 0, _time, runtime: runtime);
        Component guest = Add(
            host,
            "guest",
            new()
            {
                SendsTo = ["log"],
                Limits = new() { LaterMessages = 2 },
                Restart = new() { Max = 3 },
            }
        );
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();

        for (int i = 0; i < 3; i++)
        {
            client.Send("guest", DoLater(Later, "log", 1000, [1]));
        }

        await host.SettleAsync();
        Assert.Equal((2, 1), (guest.Statistics.Scheduled, guest.CountRefused(SendStatus.QueueFull)));
        Assert.Equal(1, host.Statistics.Rejected);

        // A restart takes nothing back.
        client.Send("guest", [Trap, 0]);
        await host.SettleAsync();
        Assert.Equal((1, 2), (guest.Restarts, guest.Statistics.Scheduled));
        guest.Remove();
        Assert.Equal(0, host.Statistics.Scheduled);
        _time.Advance(TimeSpan.FromSeconds(10));
        host.Host.Pump();
        Assert.Empty(log.Received);
    }

    /// <summary>What is due is sent by another thread than the guest's, and both take from the one rate.</summary>
    [Fact]
    public async Task SendLater_WithARate_IsCheckedWhenDue()
    {
        await using TestHost host = new(workers: 1, _time, runtime: runtime);
        Component guest = Add(
            host,
            "guest",
            new()
            {
                SendsTo = ["log"],
                Rate = new() { MessagesPerSecond = 1, Burst = 3 },
            }
        );
        host.AddInbox("log", out Inbox log);
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 10; i++)
        {
            client.Send("guest", DoLater(Later, "log", 1, [1]));
        }

        await host.SettleAsync();
        Assert.Equal(10, guest.Statistics.Scheduled);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await host.Host.DrainAsync(withScheduled: true, Token).WaitAsync(TestHost.Patience, Token);
        Assert.Equal((3, 7), (log.Count, guest.CountRefused(SendStatus.RateLimited)));
    }

    private static bool Pumped(TestHost host)
    {
        if (host.Host.Parts.Pump is not null)
        {
            host.Host.Pump();
        }

        return true;
    }

    private static byte[] Do(byte what, string id, byte[] payload) =>
        [what, (byte)id.Length, .. Encoding.ASCII.GetBytes(id), .. payload];

    private static byte[] DoLater(byte what, string target, long delay, byte[] payload)
    {
        byte[] delayed = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(delayed, delay);
        return Do(what, target, [.. delayed, .. payload]);
    }

    private Component Add(TestHost host, string id, ComponentOptions options) => host.Add(id, file, options);
}

public sealed class DirectPublishingTests() : PublishingContract(GuestRuntime.Direct, TestFiles.ConversationComponent);

public sealed class ComponentApiPublishingTests()
    : PublishingContract(GuestRuntime.ComponentApi, TestFiles.ConversationComponent);

public sealed class CorePublishingTests() : PublishingContract(GuestRuntime.Direct, TestFiles.ConversationCore);
