using System.Diagnostics.Metrics;
using FireAndForget.Diagnostics;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>A host's instruments: that they are those of the document, and that they say what the statistics say.</summary>
public sealed class HostMeterTests : IAsyncLifetime
{
    private const string Sent = "messaging.client.sent.messages";
    private const string Consumed = "messaging.client.consumed.messages";
    private const string Dropped = "fire_and_forget.dropped.messages";
    private const string Memory = "fire_and_forget.component.memory";
    private const string Destination = "messaging.destination.name";
    private const long Page = 65536;

    private readonly MessagingHost _host = new(new() { Workers = 0 });
    private readonly MetricReader _metrics;
    private readonly MessagingEndpoint _client;

    public HostMeterTests()
    {
        _metrics = new(_host);
        _client = _host.AddEndpoint("client");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task Instruments_OfAHost_AreThoseOfTheDocument()
    {
        string[][] documented = DocumentTable.Under(Path.Combine("Diagnostics", "observability.md"), "## Metrics");
        await using MessagingHost host = new(new() { Workers = 1 });
        using MetricReader metrics = new(host);
        MessagingEndpoint client = host.AddEndpoint("client");
        ObedientGuest.Add(host, "guest");
        // Full with one message, it evicts two while it handles the first.
        MessagingEndpoint? crowd = null;
        int handled = 0;
        crowd = host.AddEndpoint(
            "crowd",
            _ =>
            {
                for (int i = 0; i < 3 && handled == 0; i++)
                {
                    crowd!.Send("crowd", [0]);
                }

                handled++;
            },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );

        client.Send("guest", [ObedientGuest.Reject]);
        client.Send("guest", [ObedientGuest.Trap]);
        client.Send("crowd", [0]);
        client.Send("nobody", [0]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        ILookup<string, string> attributes = metrics
            .Recorded.Concat(metrics.Observe())
            .SelectMany(v => v.Attributes.Keys.Select(key => (v.Instrument, key)))
            .Distinct()
            .ToLookup(pair => pair.Instrument, pair => pair.key);

        Assert.Equal(
            documented.Select(row => string.Join(" | ", row)).Order(),
            metrics
                .Instruments.Select(i =>
                    string.Join(
                        " | ",
                        i.Name,
                        KindOf(i),
                        i.Unit,
                        string.Join(", ", attributes[i.Name].Order()),
                        i.Description
                    )
                )
                .Order()
        );
    }

    [Fact]
    public void Observe_AfterEveryOutcome_SaysWhatTheStatisticsSay()
    {
        ObedientGuest.Add(_host, "guest");
        _host.AddEndpoint(
            "small",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        Send("guest", ObedientGuest.Handle, 5);
        Send("guest", ObedientGuest.Reject, 3);
        Send("guest", ObedientGuest.Trap, 2);
        Send("small", 0, 4);
        _host.Pump();

        HostStatistics statistics = _host.Statistics;
        Assert.Equal([5], _metrics.Observe(Consumed, (Destination, "guest")).Take(1));
        Assert.Equal([3], _metrics.Observe(Consumed, (Destination, "guest"), ("error.type", "rejected")));
        Assert.Equal([2], _metrics.Observe(Consumed, (Destination, "guest"), ("error.type", "trapped")));
        Assert.Equal([3], _metrics.Observe(Dropped, (Destination, "small"), ("error.type", "evicted")));
        Assert.Equal([10], _metrics.Observe(Sent, (Destination, "guest")));
        Assert.Equal([2], _metrics.Observe("fire_and_forget.component.restarts", (Destination, "guest")));
        Assert.Equal(statistics.Accepted, _metrics.Observe(Sent).Sum());
        Assert.Equal(statistics.Accepted, _metrics.Observe(Consumed).Sum() + _metrics.Observe(Dropped).Sum());
    }

    [Fact]
    public void Observe_Refusals_AreCountedByTheirReason()
    {
        ObedientGuest.Add(_host, "guest", new() { MaxMessageBytes = 1 });

        _client.Send("nobody", [0]);
        _client.Send("guest", [0, 0]);
        _client.Send("guest", [0, 0, 0]);

        Assert.Equal([1], _metrics.Observe(Sent, ("error.type", "target-not-found")));
        Assert.Equal([2], _metrics.Observe(Sent, ("error.type", "payload-too-large")));
        Assert.Equal([0], _metrics.Observe(Sent, (Destination, "guest")));
    }

    [Fact]
    public void Observe_MessagesThatWait_AreTheMailboxesDepthAndBytes()
    {
        ObedientGuest.Add(_host, "guest");
        _client.Send("guest", new byte[8]);
        _client.Send("guest", new byte[16]);

        Assert.Equal([2], _metrics.Observe("fire_and_forget.mailbox.messages", (Destination, "guest")));
        Assert.Equal([24], _metrics.Observe("fire_and_forget.mailbox.size", (Destination, "guest")));
        _host.Pump();
        Assert.Equal([0], _metrics.Observe("fire_and_forget.mailbox.messages", (Destination, "guest")));
        Assert.Equal([0], _metrics.Observe("fire_and_forget.mailbox.size", (Destination, "guest")));
    }

    [Fact]
    public void Observe_LaterMessages_AreThoseThatWaitByTheirSender()
    {
        const string Scheduled = "fire_and_forget.scheduled.messages";
        ObedientGuest.Add(_host, "guest");
        LaterResult first = _client.SendLater("guest", [ObedientGuest.Handle], TimeSpan.FromDays(1));
        _client.SendLater("guest", [ObedientGuest.Handle], TimeSpan.FromDays(1));

        Assert.Equal([2], _metrics.Observe(Scheduled, (TelemetryNames.Client, "client")));
        Assert.Equal([0], _metrics.Observe(Scheduled, (TelemetryNames.Client, "guest")));
        _client.CancelLater(first.Number);
        Assert.Equal([1], _metrics.Observe(Scheduled, (TelemetryNames.Client, "client")));
    }

    /// <summary>The longest time that a guest can give; the guest is done before it is over.</summary>
    [Fact]
    public void Observe_LaterMessageOfAComponentThatStopped_WaitsUntilThatIsRemoved()
    {
        const string Scheduled = "fire_and_forget.scheduled.messages";
        _host.AddComponent(
            "planner",
            ComponentSource.FromText(
                """
                (module
                  (import "host-messaging" "send-later" (func $later (param i32 i32 i32 i32 i64 i32) (result i32)))
                  (memory (export "memory") 1)
                  (data (i32.const 100) "nobody")
                  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
                  (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                    (drop (call $later
                      (i32.const 100) (i32.const 6) (i32.const 0) (i32.const 0) (i64.const -1) (i32.const 64)))
                    unreachable))
                """
            ),
            new()
            {
                SendsTo = ["*"],
                Restart = new() { Max = 0 },
            }
        );
        _client.Send("planner", [1]);
        _host.Pump();

        Assert.Equal([1], _metrics.Observe(Scheduled, (TelemetryNames.Client, "planner")));
        Assert.Equal(1, _host.Statistics.Scheduled);
        _host.Remove("planner");
        Assert.Empty(_metrics.Observe(Scheduled, (TelemetryNames.Client, "planner")));
        Assert.Equal(0, _host.Statistics.Scheduled);
    }

    [Fact]
    public async Task Observe_RequestThatIsGivenUp_IsOpenUntilThenAndItsReplyIsLate()
    {
        const string Open = "fire_and_forget.open.requests";
        const string Late = "fire_and_forget.late.replies";
        using CancellationTokenSource giveUp = new();
        _host.AddEndpoint("responder", answering: _ => Answer.Of(new byte[] { 1 }));
        Task<Reply> reply = _client
            .RequestAsync("responder", new byte[] { 1 }, TimeSpan.FromDays(1), giveUp.Token)
            .AsTask();

        Assert.Equal([1], _metrics.Observe(Open, (TelemetryNames.Client, "client")));
        Assert.Equal([0], _metrics.Observe(Late));
        await giveUp.CancelAsync();
        await reply;
        _host.Pump();

        Assert.Equal([0], _metrics.Observe(Open, (TelemetryNames.Client, "client")));
        Assert.Equal([1], _metrics.Observe(Late));
    }

    [Fact]
    public void Observe_GuestThatGrowsAndTraps_SaysWhatItsMemoryIs()
    {
        ObedientGuest.Add(_host, "guest");
        Assert.Equal([Page], _metrics.Observe(Memory, (Destination, "guest")));

        Send("guest", ObedientGuest.Grow, 3);
        _host.Pump();
        Assert.Equal([4 * Page], _metrics.Observe(Memory, (Destination, "guest")));

        Send("guest", ObedientGuest.Trap, 1);
        _host.Pump();
        Assert.Equal([Page], _metrics.Observe(Memory, (Destination, "guest")));
    }

    [Fact]
    public void Observe_WhileTheGuestIsReady_WaitsForNobodyAndIsSeenTheNextTime()
    {
        ObedientGuest.Add(_host, "guest");
        Send("guest", ObedientGuest.Grow, 1);
        _host.Pump();
        Send("guest", ObedientGuest.Handle, 1);

        // Somebody is to run it, so it is not looked at now, but before its next message.
        Assert.Equal([Page], _metrics.Observe(Memory, (Destination, "guest")));
        _host.Pump();
        Send("guest", ObedientGuest.Handle, 1);
        Assert.Equal([2 * Page], _metrics.Observe(Memory, (Destination, "guest")));
    }

    [Fact]
    public void Observe_MessageThatComesMeanwhile_IsDelivered()
    {
        // The memory is looked at while the guest is borrowed; what is sent then must not wait for ever.
        Component guest = ObedientGuest.Add(_host, "guest");
        for (int i = 0; i < 100; i++)
        {
            Parallel.Invoke(() => _metrics.Observe(), () => Send("guest", ObedientGuest.Handle, 1));
            _host.Pump();
            Assert.Equal(i + 1, guest.Statistics.Handled);
        }
    }

    [Fact]
    public void Observe_RemovedAndAddedAgain_HasOneSeries()
    {
        ObedientGuest.Add(_host, "guest");
        Send("guest", ObedientGuest.Handle, 3);
        _host.Remove("guest");
        ObedientGuest.Add(_host, "guest");
        Send("guest", ObedientGuest.Handle, 2);

        // The first has not given up its messages yet.
        Assert.Equal([5], _metrics.Observe(Sent, (Destination, "guest")));
        _host.Pump();
        Assert.Equal([2], _metrics.Observe(Sent, (Destination, "guest")));
        _host.Remove("guest");
        _host.Pump();
        Assert.Empty(_metrics.Observe(Sent, (Destination, "guest")));
    }

    [Fact]
    public async Task BusyTime_OfAWorker_GrowsWhileItWorksAndNotWhileItSleeps()
    {
        await using MessagingHost host = new(new() { Workers = 1, WorkerSpin = TimeSpan.Zero });
        using MetricReader metrics = new(host);
        using SemaphoreSlim handling = new(0);
        using SemaphoreSlim goOn = new(0);
        MessagingEndpoint worker = host.AddEndpoint(
            "worker",
            _ =>
            {
                handling.Release();
                goOn.Wait();
            }
        );
        worker.Send("worker", [0]);
        await handling.WaitAsync(TestContext.Current.CancellationToken);

        double before = BusyTime(metrics);
        Assert.True(BusyTime(metrics) > before, "The worker is in a handler, so its time goes on.");
        goOn.Release();
        await host.DrainAsync(TestContext.Current.CancellationToken);
        // It goes to sleep soon, and from then on its time stands still.
        double seen;
        do
        {
            await Task.Yield();
            seen = BusyTime(metrics);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        } while (BusyTime(metrics) != seen);
    }

    [Fact]
    public async Task Dispose_OfTheHost_EndsItsInstruments()
    {
        MessagingHost host = new(new() { Workers = 0 });
        using MetricReader metrics = new(host);
        Assert.NotEmpty(metrics.Instruments);
        object? number = Assert.Single(metrics.Instruments[0].Meter.Tags!).Value;

        await host.DisposeAsync();

        Assert.Empty(metrics.Instruments);
        Assert.NotEqual(number, Assert.Single(_metrics.Instruments[0].Meter.Tags!).Value);
    }

    private static double BusyTime(MetricReader metrics) =>
        Assert.Single(metrics.Observe("fire_and_forget.worker.busy_time", (TelemetryNames.Worker, 0)));

    private static string KindOf(Instrument instrument) =>
        instrument.GetType().Name switch
        {
            "ObservableCounter`1" => "counter",
            "ObservableUpDownCounter`1" => "up-down counter",
            "Histogram`1" => "histogram",
            string other => other,
        };

    private void Send(string target, byte what, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(SendStatus.Accepted, _client.Send(target, [what]));
        }
    }
}
