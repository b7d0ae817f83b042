using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Topics: one message to all who subscribe, each of whom accepts or refuses it for itself.</summary>
public sealed class TopicTests
{
    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Publish_ManySubscribers_EachGetsTheMessagesInOrderFromThePublisher(int workers)
    {
        await using TestHost host = new(workers);
        List<(string Sender, string? Topic, byte First)>[] seen =
        [
            .. Enumerable.Range(0, 5).Select(_ => new List<(string, string?, byte)>()),
        ];
        for (int i = 0; i < seen.Length; i++)
        {
            List<(string, string?, byte)> own = seen[i];
            host.Host.AddEndpoint(
                $"subscriber{i}",
                message => own.Add((message.Sender, message.Topic, message.Bytes[0])),
                Subscribing("news/*", "news/sport")
            );
        }

        host.AddInbox("other", out Inbox other);
        MessagingEndpoint client = host.AddSender();

        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(
                new PublishResult { Status = SendStatus.Accepted, Accepted = 5 },
                client.Publish("news/sport", [i])
            );
        }

        HostStatistics statistics = await host.SettleAsync();
        Assert.All(
            seen,
            own => Assert.Equal(Enumerable.Range(0, 100).Select(i => ("client", (string?)"news/sport", (byte)i)), own)
        );
        Assert.Empty(other.Received);
        Assert.Equal((500, 500, 0), (statistics.Sent, statistics.Handled, statistics.Refused));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Publish_BetweenSends_KeepsTheOrderAndTellsThemApart(int workers)
    {
        await using TestHost host = new(workers);
        List<(string? Topic, byte First)> seen = [];
        host.Host.AddEndpoint("subscriber", message => seen.Add((message.Topic, message.Bytes[0])), Subscribing("*"));
        MessagingEndpoint client = host.AddSender();

        for (byte i = 0; i < 90; i += 3)
        {
            client.Send("subscriber", [i]);
            client.Publish("one", [(byte)(i + 1)]);
            client.Publish("two", [(byte)(i + 2)]);
        }

        await host.SettleAsync();
        string?[] topics = [null, "one", "two"];
        Assert.Equal(Enumerable.Range(0, 90).Select(i => (topics[i % 3], (byte)i)), seen);
    }

    [Fact]
    public async Task Publish_AsynchronousHandler_SeesTheTopic()
    {
        await using TestHost host = new(workers: 1);
        List<(string, string?)> seen = [];
        host.Host.AddEndpoint(
            "subscriber",
            async (message, _) =>
            {
                await Task.Yield();
                seen.Add((message.Sender, message.Topic));
            },
            Subscribing("news")
        );
        MessagingEndpoint client = host.AddSender();

        client.Publish("news", [1]);
        client.Send("subscriber", [2]);

        await host.SettleAsync();
        Assert.Equal([("client", "news"), ("client", null)], seen);
    }

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Publish_ComponentWithoutHandleTopic_GetsItAsAMessageOfThePublisher(GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 1, runtime: runtime);
        host.Add("mirror", "guests/c/c-mirror.wasm", new() { SendsTo = ["client"], SubscribesTo = ["news/*"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Publish("news/a", "abc"u8);
        client.Send("mirror", "def"u8);
        client.Publish("news/b", "ghi"u8);

        await host.SettleAsync();
        Assert.Equal(["cba", "fed", "ihg"], inbox.Received.Select(r => System.Text.Encoding.UTF8.GetString(r.Bytes)));
    }

    [Fact]
    public async Task Publish_NoSubscriber_IsAcceptedByNobodyAndCountsNothing()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(new PublishResult { Status = SendStatus.Accepted }, client.Publish("news", [1]));
        Assert.Equal(0, host.Statistics.Sent);
    }

    [Theory]
    [InlineData("No Topic")]
    [InlineData("")]
    [InlineData("-news")]
    public async Task Publish_NoTopic_IsRefusedAsAWholeWithTheTopicAsTarget(string topic)
    {
        await using TestHost host = new(workers: 0);
        host.Host.AddEndpoint("subscriber", _ => { }, Subscribing("*"));
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(new PublishResult { Status = SendStatus.InvalidMessage }, client.Publish(topic, [1]));

        Assert.Equal((1, 1), (host.Statistics.Sent, host.Statistics.Refused));
        SendRefused refused = Assert.Single(host.Events.OfType<SendRefused>());
        Assert.Equal(("client", topic, SendStatus.InvalidMessage), (refused.Sender, refused.Target, refused.Status));
        Assert.Contains("a topic is 1 to 128 characters", refused.Reason, StringComparison.Ordinal);
    }

    /// <summary>Each subscriber's part of the checks is its own matter: the others get the message.</summary>
    [Fact]
    public async Task Publish_SubscribersRefuse_EachIsCountedAndToldForItself()
    {
        await using TestHost host = new(workers: 0);
        host.Host.AddEndpoint("deaf", _ => { }, Subscribing("news").With(o => o.ReceivesFrom = ["nobody"]));
        host.Host.AddEndpoint("small", _ => { }, Subscribing("news").With(o => o.MaxMessageBytes = 2));
        host.Host.AddEndpoint("picky", _ => { }, Subscribing("news").With(o => o.Codecs = ["cbor"]));
        host.Host.AddEndpoint("full", _ => { }, Subscribing("news").With(o => o.Mailbox = new() { Messages = 1 }));
        host.AddInbox("free", out Inbox free).Subscribe("news");
        MessagingEndpoint client = host.AddSender();
        client.Send("full", [1]);

        Assert.Equal(
            new PublishResult
            {
                Status = SendStatus.Accepted,
                Accepted = 1,
                Refused = 4,
            },
            client.Publish("news", [1, 2, 3])
        );

        Assert.Equal(
            [
                ("deaf", SendStatus.CapabilityDenied),
                ("small", SendStatus.PayloadTooLarge),
                ("picky", SendStatus.UnsupportedCodec),
                ("full", SendStatus.QueueFull),
            ],
            host.Events.OfType<SendRefused>().Select(r => (r.Target, r.Status))
        );
        Assert.Equal((6, 4), (host.Statistics.Sent, host.Statistics.Refused));
        await host.SettleAsync();
        Assert.Single(free.Received);
    }

    [Fact]
    public async Task Publish_DropOldest_EvictsForThatSubscriberAlone()
    {
        await using TestHost host = new(workers: 0);
        host.Host.AddEndpoint(
            "newest",
            _ => { },
            Subscribing("news")
                .With(o => o.Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest })
        );
        host.AddInbox("all", out Inbox all).Subscribe("news");
        MessagingEndpoint client = host.AddSender();

        for (byte i = 0; i < 3; i++)
        {
            Assert.Equal(new PublishResult { Status = SendStatus.Accepted, Accepted = 2 }, client.Publish("news", [i]));
        }

        HostStatistics statistics = await host.SettleAsync();
        Assert.Equal((2, 4), (statistics.Evicted, statistics.Handled));
        Assert.Equal(3, all.Count);
        Assert.All(host.DeadLetters, letter => Assert.Equal(("client", "newest"), (letter.Sender, letter.Target)));
    }

    [Fact]
    public async Task Publish_StoppedHostOrRemovedPublisher_IsClosedAsAWhole()
    {
        TestHost host = new(workers: 1);
        host.Host.AddEndpoint("inbox", _ => { }, Subscribing("news"));
        MessagingEndpoint removed = host.AddSender("removed");
        MessagingEndpoint client = host.AddSender();

        removed.Remove();
        Assert.Equal(new PublishResult { Status = SendStatus.Closed }, removed.Publish("news", [1]));

        await host.DisposeAsync();
        Assert.Equal(new PublishResult { Status = SendStatus.Closed }, client.Publish("news", [1]));
        Assert.Equal(2, host.Statistics.Refused);
    }

    /// <summary>A publisher that makes up topics without end keeps nothing of them.</summary>
    [Fact]
    public async Task Publish_MoreTopicsThanAreKept_EachIsToldRight()
    {
        await using TestHost host = new(workers: 0);
        List<string?> seen = [];
        host.Host.AddEndpoint(
            "inbox",
            message => seen.Add(message.Topic),
            Subscribing("*").With(o => o.Mailbox = MailboxOptions.Unbounded)
        );
        MessagingEndpoint client = host.AddSender();

        for (int i = 0; i < 5000; i++)
        {
            client.Publish($"topic/{i}", [0]);
            if (i % 1000 == 999)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                host.Host.Pump(300);
            }
        }

        await host.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"topic/{i}"), seen);
        Assert.InRange(host.Host.SenderCount, 0, 5002);
    }

    [Fact]
    public async Task Publish_SteadyState_AllocatesNothing()
    {
        await using TestHost host = new(workers: 0, listens: false);
        for (int i = 0; i < 10; i++)
        {
            host.Host.AddEndpoint($"inbox{i}", _ => { }, Subscribing("news/*"));
        }

        MessagingEndpoint client = host.AddSender();
        byte[] message = new byte[16];
        string topic = "news/sport";
        for (int i = 0; i < 100; i++)
        {
            client.Publish(topic, message);
            host.Host.Pump();
        }

        Assert.Equal(0, Allocations.Least(AllocatedByPublishing));

        long AllocatedByPublishing()
        {
            long allocated = Allocations.Of(() =>
            {
                for (int i = 0; i < 20; i++)
                {
                    client.Publish(topic, message);
                }
            });
            host.Host.Pump();
            return allocated;
        }
    }

    /// <summary>The bytes of such a message are shared by its subscribers' mailboxes, whichever these are.</summary>
    [Theory]
    [InlineData(0, GuestRuntime.Direct)]
    [InlineData(2, GuestRuntime.Direct)]
    [InlineData(2, GuestRuntime.ComponentApi)]
    public async Task Publish_LongMessages_ComeWholeToEachKindOfSubscriber(int workers, GuestRuntime runtime)
    {
        await using TestHost host = new(workers, runtime: runtime);
        for (int i = 0; i < 3; i++)
        {
            host.Add($"mirror{i}", "guests/c/c-mirror.wasm", new() { SendsTo = ["client"], SubscribesTo = ["long"] });
        }

        MessagingEndpoint client = host.AddInbox("client", out Inbox mirrored);
        host.AddInbox("unbounded", out Inbox unbounded).Subscribe("long");
        Inbox bounded = new();
        host.Host.AddEndpoint(
            "bounded",
            bounded.Handle,
            Subscribing("long").With(o => o.Mailbox = new() { Bytes = 8 << 20 })
        );
        host.Host.AddEndpoint("removed", _ => { }, Subscribing("long"));
        byte[][] messages = [.. Enumerable.Range(1, 8).Select(i => Payload.Bytes(30_000 + (i * 4_000), i))];

        foreach (byte[] message in messages)
        {
            Assert.Equal(0, client.Publish("long", message).Refused);
        }

        host.Host.Remove("removed");
        await host.SettleAsync();
        Assert.Equal(messages, unbounded.Received.Select(r => r.Bytes));
        Assert.Equal(messages, bounded.Received.Select(r => r.Bytes));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(
                messages.Select(m => m.Reverse().ToArray()),
                mirrored.Received.Where(r => r.Sender == $"mirror{i}").Select(r => r.Bytes)
            );
        }
    }

    private static MessagingEndpointOptions Subscribing(params string[] patterns) => new() { SubscribesTo = patterns };
}
