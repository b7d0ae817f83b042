using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Published messages reach subscribers wherever they are, as on one host.</summary>
[Collection(nameof(ThreeSilos))]
public sealed class TopicTests(ThreeSilos silos) : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private long _accepted;

    public async ValueTask InitializeAsync() => _cluster = await silos.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Publish_SubscribersOnAllSilos_EachGetsItOnceAndInOrderWithPlainMessages()
    {
        const int Count = 2_000;
        ConcurrentQueue<(string? Topic, int Number)>[] got = [new(), new(), new()];
        for (int i = 0; i < got.Length; i++)
        {
            int silo = i;
            await _cluster[i]
                .AddEndpointAsync(
                    $"subscriber{i}",
                    message => got[silo].Enqueue((message.Topic, BitConverter.ToInt32(message.Bytes))),
                    new()
                    {
                        SubscribesTo = ["news/*", "news/sport"],
                        Mailbox = new() { Messages = 2 * Count },
                    }
                );
        }

        MessagingEndpoint publisher = await _cluster[0].AddEndpointAsync("publisher");
        (string? Topic, int Number)[] sent =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i =>
                    (
                        i % 3 == 0 ? null
                        : i % 3 == 1 ? "news/sport"
                        : "news/weather",
                        i
                    )
                ),
        ];
        foreach ((string? topic, int number) in sent)
        {
            byte[] message = BitConverter.GetBytes(number);
            if (topic is not null)
            {
                Assert.Equal(new() { Status = SendStatus.Accepted, Accepted = 3 }, publisher.Publish(topic, message));
                continue;
            }

            for (int i = 0; i < got.Length; i++)
            {
                Assert.Equal(
                    SendStatus.Accepted,
                    await publisher.SendAsync($"subscriber{i}", message, TestContext.Current.CancellationToken)
                );
            }
        }

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.All(got, one => Assert.Equal(sent, one));
        Assert.Equal((3 * Count, 3 * Count, 0), (sum.Accepted, sum.Handled, sum.Refused));
    }

    [Fact]
    public async Task Publish_LongMessage_ArrivesWhole()
    {
        byte[] message = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i % 251))];
        ConcurrentQueue<byte[]> got = new();
        for (int i = 0; i < 3; i++)
        {
            await _cluster[i]
                .AddEndpointAsync(
                    $"subscriber{i}",
                    received => got.Enqueue(received.Bytes.ToArray()),
                    new() { SubscribesTo = ["news"] }
                );
        }

        MessagingEndpoint publisher = await _cluster[0].AddEndpointAsync("publisher");
        Assert.Equal(new() { Status = SendStatus.Accepted, Accepted = 3 }, publisher.Publish("news", message));

        await _cluster.SettledAsync();
        Assert.Equal(3, got.Count);
        Assert.All(got, one => Assert.Equal(message, one));
    }

    [Fact]
    public async Task Publish_SubscriberThatRefuses_IsRefusedForItselfAloneAndCounted()
    {
        await _cluster[1].AddEndpointAsync("open", _ => { }, new() { SubscribesTo = ["*"] });
        await _cluster[1]
            .AddEndpointAsync("narrow", _ => { }, new() { SubscribesTo = ["*"], ReceivesFrom = ["somebody"] });
        await _cluster[2].AddEndpointAsync("small", _ => { }, new() { SubscribesTo = ["*"], MaxMessageBytes = 2 });
        MessagingEndpoint publisher = await _cluster[0].AddEndpointAsync("publisher");
        using EventSubscription events = _cluster[0].Host.Subscribe();

        Assert.Equal(
            new()
            {
                Status = SendStatus.Accepted,
                Accepted = 1,
                Refused = 2,
            },
            publisher.Publish("news", "abc"u8)
        );
        Assert.Equal(SendStatus.InvalidMessage, publisher.Publish("NEWS", "abc"u8).Status);

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((1, 1, 3), (sum.Accepted, sum.Handled, sum.Refused));
        List<(string, SendStatus)> refused = [];
        while (events.TryRead(out HostEvent? happened))
        {
            SendRefused refusal = Assert.IsType<SendRefused>(happened);
            refused.Add((refusal.Target, refusal.Status));
        }

        Assert.Equal(
            [
                ("NEWS", SendStatus.InvalidMessage),
                ("narrow", SendStatus.CapabilityDenied),
                ("small", SendStatus.PayloadTooLarge),
            ],
            refused.Order()
        );
    }

    [Fact]
    public async Task Subscribe_OnAnotherSilo_IsKnownWhenTheGrantEndsAndSoonAfterACallOfItsOwner()
    {
        int got = 0;
        MessagingEndpoint publisher = await _cluster[0].AddEndpointAsync("publisher");
        MessagingEndpoint subscriber = await _cluster[1].AddEndpointAsync("subscriber", _ => got++);
        Assert.Equal(0, publisher.Publish("news", "a"u8).Accepted);

        Assert.True(await _cluster[2].GrantAsync("subscriber", Capability.SubscribesTo, "news"));
        Assert.Equal(1, publisher.Publish("news", "a"u8).Accepted);
        Assert.True(await _cluster[2].RevokeAsync("subscriber", Capability.SubscribesTo, "news"));
        Assert.Equal(0, publisher.Publish("news", "a"u8).Accepted);

        Assert.True(subscriber.Subscribe("n*"));
        await TestCluster.UntilAsync(() => publisher.Publish("news", "a"u8).Accepted == 1);
        Assert.True(subscriber.Unsubscribe("n*"));
        await TestCluster.UntilAsync(() => publisher.Publish("news", "a"u8).Accepted == 0);
        Assert.True(subscriber.Subscribe("n*"));
        await TestCluster.UntilAsync(() => publisher.Publish("news", "a"u8).Accepted == 1);
        HostStatistics sum = await _cluster.SettledAsync();
        await _cluster[0].RemoveAsync("subscriber");
        Assert.Equal(0, publisher.Publish("news", "a"u8).Accepted);

        Assert.Equal(0, sum.Refused);
        Assert.True(sum.Handled == sum.Accepted, sum.ToString());
        Assert.Equal(sum.Accepted, got);
    }

    [Fact]
    public async Task Publish_GuestToGuestOfAnotherSilo_NeedsTheCapabilityAndBringsTheTopic()
    {
        ConcurrentQueue<string> log = new();
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client");
        await _cluster[0].AddEndpointAsync("log", message => log.Enqueue(Encoding.ASCII.GetString(message.Bytes)));
        await DeployAsync("publisher", silo: 1, new() { SendsTo = ["log"], PublishesTo = ["news/*"] });
        await DeployAsync("subscriber", silo: 2, new() { SendsTo = ["log"], SubscribesTo = ["news/*", "other"] });

        Assert.Equal(SendStatus.Accepted, client.Send("publisher", Told(6, "news/a", "hello"u8)));
        Assert.Equal(SendStatus.Accepted, client.Send("publisher", Told(6, "other", "no"u8)));

        HostStatistics sum = await _cluster.SettledAsync();
        await TestCluster.UntilAsync(() => log.Contains("news/ahello"));
        Assert.DoesNotContain("otherno", log);
        // Both of the client, what was published, and what the two told the log; the other publish was refused, and so rejected.
        Assert.Equal((5, 4, 1, 1), (sum.Accepted, sum.Handled, sum.Rejected, sum.Refused));

        // What was granted goes along, also where a grant gave it.
        Assert.True(await _cluster[0].GrantAsync("publisher", Capability.PublishesTo, "other"));
        await _cluster[0].MoveAsync("publisher", _cluster.NameOf(0));
        await _cluster[0].MoveAsync("subscriber", _cluster.NameOf(1));
        Assert.Equal(SendStatus.Accepted, client.Send("publisher", Told(6, "other", "yes"u8)));
        await TestCluster.UntilAsync(() => log.Contains("otheryes"));
    }

    [Fact]
    public async Task Move_SubscriberWhileAllSilosPublishAndSend_NothingIsLostOrTwiceAndOrderIsKept()
    {
        ConcurrentQueue<long>[] got = [new(), new(), new()];
        await _cluster[0]
            .AddEndpointAsync(
                "log",
                message =>
                {
                    // What the subscriber got under a topic it tells with the topic in front; what it was sent it publishes on.
                    ReadOnlySpan<byte> told =
                        message.Topic is "relay" ? message.Bytes
                        : message.Bytes.StartsWith("news/a"u8) ? message.Bytes[6..]
                        : [];
                    if (!told.IsEmpty)
                    {
                        got[told[1]].Enqueue(BitConverter.ToInt64(told[2..]));
                    }
                },
                new()
                {
                    SubscribesTo = ["relay"],
                    Mailbox = new() { Messages = 100_000 },
                }
            );
        await DeployAsync(
            "moving",
            silo: 0,
            new()
            {
                SendsTo = ["log"],
                PublishesTo = ["relay"],
                SubscribesTo = ["news/*"],
            }
        );
        var publishers = new MessagingEndpoint[3];
        for (int i = 0; i < publishers.Length; i++)
        {
            publishers[i] = await _cluster[i].AddEndpointAsync($"publisher{i}");
        }

        using CancellationTokenSource stop = new();
        Task<long>[] sending = [.. publishers.Select((p, i) => Task.Run(() => SendUntilAsync(p, (byte)i, stop.Token)))];
        foreach (int to in (int[])[1, 2, 0, 1, 0, 2])
        {
            // Something more has come on its way since the move before.
            long before = Interlocked.Read(ref _accepted);
            await TestCluster.UntilAsync(() => Interlocked.Read(ref _accepted) >= before + 60);
            await _cluster[0].MoveAsync("moving", _cluster.NameOf(to));
        }

        await stop.CancelAsync();
        long[] sent = await Task.WhenAll(sending);
        HostStatistics sum = await _cluster.SettledAsync();
        for (int i = 0; i < publishers.Length; i++)
        {
            Assert.True(sent[i] > 0);
            Assert.Equal(Enumerable.Range(0, (int)sent[i]).Select(n => (long)n), got[i]);
        }

        Assert.Equal(sum.Accepted, sum.Handled);
    }

    /// <summary>What makes a conversation guest do something, as the fixture has it.</summary>
    private static byte[] Told(byte operation, string id, ReadOnlySpan<byte> payload) =>
        [operation, (byte)id.Length, .. Encoding.UTF8.GetBytes(id), .. payload];

    private Task DeployAsync(string id, int silo, ComponentOptions options) =>
        _cluster.DeployAsync(id, "conversation-core", silo, options);

    private async Task<long> SendUntilAsync(MessagingEndpoint publisher, byte who, CancellationToken stop)
    {
        long sent = 0;
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < 20; i++)
            {
                byte[] payload = [2, who, .. BitConverter.GetBytes(sent)];
                bool isAccepted =
                    sent % 2 == 0
                        ? publisher.Publish("news/a", payload).Accepted == 1
                        : publisher.Send("moving", Told(6, "relay", payload)) == SendStatus.Accepted;
                if (isAccepted)
                {
                    sent++;
                    Interlocked.Increment(ref _accepted);
                }
            }

            await TestCluster.UntilFewWaitAsync(_cluster[who].Host);
        }

        return sent;
    }
}
