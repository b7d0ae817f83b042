using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Order, one thread at a time, who the sender is, and that sending never throws for what a message or a guest does.</summary>
public class DeliveryTests
{
    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_ThroughAChainOfComponents_KeepsOrder(int workers)
    {
        await using TestHost host = new(workers);
        // Each storm sends its 100,000 numbers to an endpoint: what arrives has gaps where the mailbox was full, and no disorder.
        string[] storms = ["send-storm.wat", "send-storm-component.wat"];
        Inbox[] inboxes = [new(), new()];
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < storms.Length; i++)
        {
            host.Add(
                $"storm{i}",
                storms[i],
                new()
                {
                    SendsTo = ["sink*"],
                    Limits = new() { MessageTimeout = TimeSpan.Zero },
                }
            );
            host.Host.AddEndpoint($"sink{i}", inboxes[i].Handle);
            client.Send($"storm{i}", System.Text.Encoding.UTF8.GetBytes($"sink{i}"));
        }

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal(200_002, statistics.Sent);
        foreach (Inbox inbox in inboxes)
        {
            int[] numbers = [.. inbox.Received.Select(r => BitConverter.ToInt32(r.Bytes))];
            Assert.True(numbers.Length >= 1024, $"Only {numbers.Length} arrived.");
            Assert.Equal(numbers.Distinct().Order(), numbers);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Deliver_FromManySenders_NeverRunsAGuestOnTwoThreads(int workers)
    {
        await using TestHost host = new(workers);
        ComponentOptions roomy = new()
        {
            Mailbox = new() { Messages = 100_000, Bytes = 1 << 24 },
        };
        Component guest = host.AddText("alone", GuestTexts.AlwaysAlone, roomy);
        int inside = 0;
        int together = 0;
        MessagingEndpoint endpoint = host.Host.AddEndpoint(
            "alone-too",
            _ =>
            {
                if (Interlocked.Increment(ref inside) != 1)
                {
                    Interlocked.Increment(ref together);
                }

                Thread.SpinWait(20);
                Interlocked.Decrement(ref inside);
            },
            TestHost.Roomy
        );
        MessagingEndpoint[] clients = [.. Enumerable.Range(0, 4).Select(i => host.AddSender($"client{i}"))];

        await Parallelly.RunAsync(
            4,
            c =>
            {
                for (int i = 0; i < 3000; i++)
                {
                    clients[c].Send("alone", []);
                    clients[c].Send("alone-too", []);
                }
            }
        );
        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 12_000);
        AccountingAssert.AssertEnded(endpoint.Statistics, handled: 12_000);
        Assert.Equal(0, together);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Deliver_FromMoreSendersThanTheTrayHasPlaces_NamesEachRightly(int workers)
    {
        const int Senders = 700;
        await using TestHost host = new(workers);
        Component mirror = host.Add(
            "mirror",
            TestFiles.HandleMessage,
            new()
            {
                SendsTo = ["*"],
                Mailbox = new() { Messages = 10_000 },
            }
        );
        Inbox[] inboxes = new Inbox[Senders];
        MessagingEndpoint[] senders =
        [
            .. Enumerable.Range(0, Senders).Select(i => host.AddInbox($"s{i}", out inboxes[i])),
        ];

        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < Senders; i++)
            {
                // An order in which numbers that are equal modulo 256 come close to each other.
                int sender = i * 256 % Senders;
                sender = (sender + (i / (Senders / 4))) % Senders;
                senders[sender].Send("mirror", [Payload.EchoCommand, .. BitConverter.GetBytes(sender)]);
            }
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, handled: 4 * Senders);
        for (int i = 0; i < Senders; i++)
        {
            Assert.All(inboxes[i].Received, r => Assert.Equal(i, Payload.NumberOf(r.Bytes)));
        }

        Assert.Equal(4 * Senders, inboxes.Sum(i => i.Count));
    }

    [Fact]
    public async Task Deliver_LongestId_ReachesTheGuestWhole()
    {
        await using TestHost host = new();
        string longest = new('z', 128);
        host.Add("mirror", TestFiles.HandleMessage, new() { SendsTo = ["*"] });
        MessagingEndpoint client = host.AddInbox(longest, out Inbox inbox);
        host.AddSender("y").Send("mirror", [1]);

        client.Send("mirror", [Payload.EchoCommand]);
        await host.SettleAsync();

        Assert.Equal(1, inbox.Count);
    }

    [Fact]
    public async Task Send_OfAGuest_CarriesTheIdOfItsRegistration()
    {
        await using TestHost host = new();
        foreach (string id in new[] { "first", "second" })
        {
            host.Add(id, TestFiles.HandleMessage, new() { SendsTo = ["client"] });
        }

        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("first", [Payload.EchoCommand, 1]);
        client.Send("second", [Payload.EchoCommand, 2]);
        await host.SettleAsync();

        Assert.Equal([("first", 1), ("second", 2)], inbox.Received.Select(r => (r.Sender, (int)r.Bytes[1])).Order());
    }

    /// <summary>A new endpoint may take a removed one's id; the old one must not go on speaking under it.</summary>
    [Fact]
    public async Task Send_OfARemovedEndpoint_IsRefused()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint old = host.AddSender("client");
        host.AddInbox("sink", out Inbox inbox);
        old.Remove();
        host.AddSender("client");

        SendStatus status = old.Send("sink", [1]);
        await host.SettleAsync();

        Assert.Equal(SendStatus.Closed, status);
        Assert.Equal(0, inbox.Count);
    }

    [Fact]
    public async Task Send_ToAnEndpointWithoutAHandler_IsDenied()
    {
        await using TestHost host = new();
        MessagingEndpoint client = host.AddSender();

        Assert.Equal(SendStatus.CapabilityDenied, client.Send("client", [1]));
    }

    [Theory]
    [InlineData("client", SendStatus.Accepted)]
    [InlineData("client2", SendStatus.CapabilityDenied)]
    [InlineData("audit/a", SendStatus.Accepted)]
    [InlineData("audit", SendStatus.CapabilityDenied)]
    [InlineData("closed-shop", SendStatus.CapabilityDenied)]
    [InlineData("guest", SendStatus.CapabilityDenied)]
    public async Task Send_OfAComponent_NeedsTheCapabilityOnBothSides(string target, SendStatus expected)
    {
        await using TestHost host = new();
        Component guest = host.AddText(
            "guest",
            GuestTexts.Forwarding,
            new() { SendsTo = ["client", "audit/*", "closed-shop"] }
        );
        MessagingEndpoint client = host.AddInbox("client", out _);
        host.AddInbox("client2", out _);
        host.AddInbox("audit/a", out _);
        host.AddInbox("audit", out _);
        host.Host.AddEndpoint("closed-shop", _ => { }, new() { ReceivesFrom = ["client", "guest2*"] });

        client.Send("guest", System.Text.Encoding.UTF8.GetBytes(target));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(
            guest.Statistics,
            handled: expected == SendStatus.Accepted ? 1 : 0,
            rejected: expected == SendStatus.Accepted ? 0 : 1
        );
        Assert.Equal(
            expected == SendStatus.Accepted ? [] : [(target, expected)],
            host.Events.OfType<SendRefused>().Select(r => (r.Target, r.Status))
        );
    }

    [Fact]
    public async Task Send_Null_Throws()
    {
        await using TestHost host = new();
        MessagingEndpoint client = host.AddSender();

        Assert.Throws<ArgumentNullException>(() => client.Send(null!, []));
        Assert.Throws<ArgumentNullException>(() => client.Prepare(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () =>
            await client.SendAsync(null!, Array.Empty<byte>(), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Send_ToATargetOfAnyText_IsRefusedAndNeverThrows()
    {
        await using TestHost host = new();
        MessagingEndpoint client = host.AddSender();
        string[] targets =
        [
            "",
            "\0",
            "a\0",
            "ä",
            "\uD800",
            "a\uDC00b",
            "../../etc",
            "-",
            "*",
            "a*",
            new('a', 129),
            new('a', 1 << 20),
        ];

        Assert.All(targets, target => Assert.Equal(SendStatus.InvalidMessage, client.Send(target, [1])));
        Assert.Equal(targets.Length, host.Statistics.Refused);
    }

    [Fact]
    public async Task Handler_Throws_MessageIsTrappedAndTheRestGoesOn()
    {
        await using TestHost host = new();
        MessagingEndpoint client = null!;
        client = host.Host.AddEndpoint(
            "client",
            message =>
            {
                if (message.Bytes[0] == 1)
                {
                    throw new InvalidDataException("bad day");
                }
            }
        );
        for (int i = 0; i < 3; i++)
        {
            client.Send("client", [(byte)i, 9]);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(client.Statistics, handled: 2, trapped: 1);
        Assert.Equal(
            "dead letter from client to client, Trapped, 2 bytes: the endpoint's handler threw InvalidDataException: bad day",
            Assert.Single(host.DeadLetters).ToString()
        );
    }

    [Fact]
    public async Task Handler_SendsToItself_AllIsDelivered()
    {
        await using TestHost host = new();
        int handled = 0;
        MessagingEndpoint self = null!;
        self = host.Host.AddEndpoint(
            "self",
            message =>
            {
                handled++;
                if (message.Bytes[0] > 0)
                {
                    self.Send("self", [(byte)(message.Bytes[0] - 1)]);
                }
            }
        );
        self.Send("self", [200]);

        await host.SettleAsync();

        Assert.Equal(201, handled);
    }

    [Fact]
    public async Task Rate_OfAComponent_IsForItsOwnSendsAndComesBack()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        ComponentOptions options = new()
        {
            SendsTo = ["*"],
            Rate = new() { MessagesPerSecond = 10, Burst = 2 },
        };
        Component mirror = host.Add("mirror", TestFiles.HandleMessage, options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        SendTo(3);
        Assert.Equal((2, 1), (inbox.Count, mirror.SendsRefused));
        time.Advance(TimeSpan.FromMilliseconds(99));
        SendTo(1);
        Assert.Equal((2, 2), (inbox.Count, mirror.SendsRefused));
        time.Advance(TimeSpan.FromMilliseconds(1));
        SendTo(2);
        Assert.Equal((3, 3), (inbox.Count, mirror.SendsRefused));
        Assert.All(host.Events.OfType<SendRefused>(), r => Assert.Equal(SendStatus.RateLimited, r.Status));

        void SendTo(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(SendStatus.Accepted, client.Send("mirror", [Payload.EchoCommand]));
            }

            host.Host.Pump();
        }
    }

    [Fact]
    public async Task Quota_OfAComponent_IsNotUsedByRefusedSends()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        ComponentOptions options = new()
        {
            SendsTo = ["client"],
            Quota = new() { Messages = 2, Window = TimeSpan.FromSeconds(1) },
        };
        Component mirror = host.Add("mirror", TestFiles.HandleMessage, options);
        Inbox inbox = new();
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            inbox.Handle,
            new() { Mailbox = new() { Messages = 1 } }
        );
        MessagingEndpoint other = host.AddInbox("other", out _);

        // Denied, then queue-full: neither costs anything.
        other.Send("mirror", [Payload.EchoCommand]);
        host.Host.Pump();
        client.Send("mirror", [Payload.EchoCommand]);
        client.Send("client", [1]);
        host.Host.Pump(1);
        Assert.Equal(
            [SendStatus.CapabilityDenied, SendStatus.QueueFull],
            host.Events.OfType<SendRefused>().Select(r => r.Status)
        );
        host.Host.Pump();
        long refused = mirror.SendsRefused;
        for (int i = 0; i < 3; i++)
        {
            client.Send("mirror", [Payload.EchoCommand]);
            host.Host.Pump();
        }

        Assert.Equal(refused + 1, mirror.SendsRefused);
        Assert.Equal(SendStatus.RateLimited, host.Events.OfType<SendRefused>().Last().Status);
        time.Advance(TimeSpan.FromSeconds(1));
        client.Send("mirror", [Payload.EchoCommand]);
        host.Host.Pump();
        Assert.Equal(refused + 1, mirror.SendsRefused);
    }
}
