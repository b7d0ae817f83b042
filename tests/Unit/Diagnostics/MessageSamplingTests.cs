using System.Diagnostics.Metrics;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>Sampled messages: which they are, what is measured of them, and that nothing else becomes of them than of others.</summary>
public sealed class MessageSamplingTests : IAsyncLifetime
{
    private const string Delivery = "fire_and_forget.delivery.duration";

    private readonly FakeTimeProvider _time = new();
    private readonly MessagingHost _host;

    public MessageSamplingTests() => _host = new(new() { Workers = 0, TimeProvider = _time });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Delivery_OfManyMessages_IsTakenOfTheFirstAndOneInSoMany()
    {
        using MetricReader metrics = new(_host);
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");
        for (int i = 0; i < 2 * MessageSampling.Every; i++)
        {
            client.Send("guest", [ObedientGuest.Handle]);
        }

        _time.Advance(TimeSpan.FromSeconds(3));
        _host.Pump();

        IReadOnlyList<MetricValue> taken = metrics.Recorded;
        Assert.Equal(2, taken.Count);
        Assert.All(
            taken,
            v => Assert.Equal((Delivery, 3.0, "guest", null), (v.Instrument, v.Value, v.Destination, v.Error))
        );
        client.Send("guest", [ObedientGuest.Handle]);
        _host.Pump();
        Assert.Equal(0.0, Assert.Single(metrics.Recorded).Value);
    }

    [Theory]
    [InlineData(ObedientGuest.Handle, null)]
    [InlineData(ObedientGuest.Reject, "rejected")]
    [InlineData(ObedientGuest.Trap, "trapped")]
    public void Delivery_OfAGuest_SaysHowItEnded(byte what, string? error)
    {
        using MetricReader metrics = new(_host);
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");

        client.Send("guest", [what]);
        _host.Pump();

        Assert.Equal(error, Assert.Single(metrics.Recorded).Error);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "trapped")]
    public void Delivery_OfAnEndpoint_SaysHowItEnded(bool throws, string? error)
    {
        using MetricReader metrics = new(_host);
        MessagingEndpoint client = _host.AddEndpoint("client");
        _host.AddEndpoint(
            "target",
            _ =>
            {
                if (throws)
                {
                    throw new InvalidOperationException();
                }
            }
        );

        client.Send("target", [0]);
        _host.Pump();

        Assert.Equal(error, Assert.Single(metrics.Recorded).Error);
    }

    [Fact]
    public void Delivery_OfALargeMessageAndOneThatIsGivenUp_IsTakenToo()
    {
        using MetricReader metrics = new(_host);
        MessagingEndpoint client = _host.AddEndpoint("client");
        MessagingEndpoint other = _host.AddEndpoint("other");
        ObedientGuest.Add(_host, "guest");

        client.Send("guest", new byte[50_000]);
        _host.Pump();
        Assert.Null(Assert.Single(metrics.Recorded).Error);

        other.Send("guest", [ObedientGuest.Handle]);
        _host.Remove("guest");
        _host.Pump();
        Assert.Equal("undeliverable", Assert.Single(metrics.Recorded).Error);
    }

    [Fact]
    public async Task Delivery_OfAnEvictedMessage_IsTakenToo()
    {
        using MetricReader metrics = new(_host);
        MessagingEndpoint client = _host.AddEndpoint("client");
        _host.AddEndpoint(
            "small",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );

        client.Send("small", [0]);
        client.Send("small", [1]);

        // Told by another thread, because the mailbox is locked meanwhile.
        IReadOnlyList<MetricValue> told;
        do
        {
            await Task.Yield();
            told = metrics.Recorded;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        } while (told.Count == 0);

        Assert.Equal("evicted", Assert.Single(told).Error);
    }

    [Fact]
    public void Send_Refused_IsForgotten()
    {
        using MetricReader metrics = new(_host);
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest", new() { MaxMessageBytes = 1 });

        for (int i = 0; i <= MessageSampling.Every; i++)
        {
            Assert.Equal(SendStatus.PayloadTooLarge, client.Send("guest", [0, 0]));
        }

        _host.Pump();
        Assert.Empty(metrics.Recorded);
    }

    [Fact]
    public void Send_FromManySendersWhileSampled_ArrivesInOrderWithItsSendersId()
    {
        using MetricReader metrics = new(_host);
        const int Senders = 300;
        ObedientGuest.Add(_host, "guest");
        Dictionary<string, List<int>> answers = [];
        MessagingEndpoint[] senders =
        [
            .. Enumerable
                .Range(0, Senders)
                .Select(i =>
                    _host.AddEndpoint(
                        $"sender{i}",
                        message => answers[$"sender{i}"].Add(BitConverter.ToInt32(message.Bytes[1..]))
                    )
                ),
        ];
        foreach (MessagingEndpoint sender in senders)
        {
            answers[sender.Id] = [];
        }

        for (int i = 0; i < 10; i++)
        {
            foreach (MessagingEndpoint sender in senders)
            {
                Assert.Equal(
                    SendStatus.Accepted,
                    sender.Send("guest", [ObedientGuest.Answer, .. BitConverter.GetBytes(i)])
                );
            }

            _host.Pump();
        }

        // An answer that went to another sender, or out of order, would show here.
        Assert.All(answers.Values, answer => Assert.Equal(Enumerable.Range(0, 10), answer));
        IReadOnlyList<MetricValue> taken = metrics.Recorded;
        Assert.Equal(Senders, taken.Count(v => v.Destination == "guest"));
        Assert.Equal((Senders * 10 / MessageSampling.Every) + 1, taken.Count(v => v.Destination != "guest"));
    }

    [Fact]
    public void Send_WhileSampled_TellsDeadLettersWithTheirSender()
    {
        using MetricReader metrics = new(_host);
        using EventSubscription events = _host.Subscribe();
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");

        client.Send("guest", [ObedientGuest.Trap]);
        _host.AddEndpoint("other").Send("guest", [ObedientGuest.Reject]);
        _host.Pump();

        List<DeadLetter> letters = [];
        while (events.TryRead(out HostEvent? happened))
        {
            if (happened is DeadLetter letter)
            {
                letters.Add(letter);
            }
        }

        Assert.Equal(
            [("client", Outcome.Trapped), ("other", Outcome.Rejected)],
            letters.Select(l => (l.Sender, l.Outcome))
        );
    }

    [Fact]
    public void Send_ToAListenerThatThrows_IsAcceptedAndHandled()
    {
        using MetricReader metrics = new(_host, throws: true);
        MessagingEndpoint client = _host.AddEndpoint("client");
        Component guest = ObedientGuest.Add(_host, "guest");

        Assert.Equal(SendStatus.Accepted, client.Send("guest", [ObedientGuest.Handle]));
        _host.Pump();

        Assert.Single(metrics.Recorded);
        Assert.Equal(1, guest.Statistics.Handled);
    }

    [Fact]
    public void Look_ListenerThatComesAndGoes_TellsEachChangeOnce()
    {
        using Meter meter = new("FireAndForget.Tests.Look");
        MessageSampling sampling = new(meter.CreateHistogram<double>("any"), _time);
        Assert.False(sampling.Look());
        using (MeterListener listener = new())
        {
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.Start();
            Assert.Equal((true, true, false), (sampling.Look(), sampling.IsOn, sampling.Look()));
        }

        Assert.Equal((true, false, false), (sampling.Look(), sampling.IsOn, sampling.Look()));
    }

    [Fact]
    public void Resolve_WhileNobodyListens_LeadsNoSendHere()
    {
        // What a send pays while nobody listens is this flag, which it tests anyway for an allowance.
        using Parts parts = new();
        parts.Add("target");
        Participant self = parts.Add("self");

        Assert.False(parts.Registry.Resolve(self, "target").NeedsSlowPath);
        new MessageSender(parts.Registry, self, parts.Events).Send("target", [1]);
        Receiver target = parts.Ready.Single();
        Assert.True(target.Mailbox.TryPeek(0, out uint sender, out _));
        Assert.False(MessageOrigin.HasContext(sender));
    }
}
