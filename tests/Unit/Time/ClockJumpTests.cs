using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Time;

/// <summary>The clock is set back or forward while a host works: nobody waits for it, and nothing is lost.</summary>
public sealed class ClockJumpTests : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly JumpingTime _time = new();
    private readonly ListLogger _log = new();
    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;
    private int _received;

    public ClockJumpTests()
    {
        _host = new(
            new()
            {
                Workers = 0,
                TimeProvider = _time,
                Logger = _log,
            }
        );
        _client = _host.AddEndpoint("client", _ => _received++);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Rate_ClockIsSetBack_TokensComeBackAsBefore()
    {
        Component guest = Add(
            new()
            {
                SendsTo = ["client"],
                Rate = new() { MessagesPerSecond = 1, Burst = 1 },
            }
        );
        Assert.Equal(1, Answers(2));

        _time.Jump(-Day);
        Assert.Equal(0, Answers(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, Answers(2));
        Assert.Equal(3, guest.CountRefused(SendStatus.RateLimited));
    }

    [Fact]
    public void Rate_ClockIsSetForward_NoMoreThanTheBurstComesBack()
    {
        Add(
            new()
            {
                SendsTo = ["client"],
                Rate = new() { MessagesPerSecond = 1, Burst = 3 },
            }
        );
        Assert.Equal(3, Answers(4));

        _time.Jump(400 * Day);

        Assert.Equal(3, Answers(4));
    }

    [Fact]
    public void Quota_ClockIsSetBack_ItsWindowGoesOnFromTheNextSend()
    {
        Add(
            new()
            {
                SendsTo = ["client"],
                Quota = new() { Messages = 1, Window = TimeSpan.FromSeconds(10) },
            }
        );
        Assert.Equal(1, Answers(2));

        _time.Jump(-Day);
        Assert.Equal(0, Answers(1));
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(0, Answers(1));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(1, Answers(2));
    }

    [Fact]
    public void Restart_ClockIsSetBack_ItsWindowGoesOnFromTheNextTrap()
    {
        Component guest = Add(new() { Restart = new() { Max = 2 } });
        Send(ObedientGuest.Trap);

        _time.Jump(-Day);
        Send(ObedientGuest.Trap);
        _time.Advance(TimeSpan.FromSeconds(60));
        Send(ObedientGuest.Trap);
        Send(ObedientGuest.Trap);
        Assert.False(guest.IsStopped);

        _time.Jump(-Day);
        Send(ObedientGuest.Trap);
        Assert.True(guest.IsStopped);
        Assert.Equal((5, 0), (guest.Statistics.Trapped, guest.Statistics.InMailboxes));
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void Pause_ClockIsSet_TheRestartComesAtItsTime(int days)
    {
        Component guest = Add(new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } });
        Send(ObedientGuest.Trap);

        _time.Jump(days * Day);
        Send(ObedientGuest.Handle);
        Assert.Equal((1, 1), (guest.Statistics.Trapped, guest.Statistics.Queued));
        _time.Advance(TimeSpan.FromSeconds(1.25));
        _host.Pump();

        Assert.Equal((1, 1, 0), (guest.Statistics.Trapped, guest.Statistics.Handled, guest.Statistics.Queued));
    }

    /// <summary>A send once threw here, because the time left was longer than a timer can wait for.</summary>
    [Fact]
    public void Refusals_ClockIsSetBack_AreToldAtTheEndOfTheirWindow()
    {
        Assert.Equal(SendStatus.TargetNotFound, _client.Send("nobody", [1]));
        _time.Jump(-100 * Day);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(SendStatus.TargetNotFound, _client.Send("nobody", [1]));
        }

        Assert.DoesNotContain(_log.Lines, line => line.Text.Contains("more messages", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(_log.Lines, line => line.Text.StartsWith("11 more messages", StringComparison.Ordinal));
    }

    [Fact]
    public void Delivery_ClockIsSetBack_TakesNoTimeAndNotLess()
    {
        using MetricReader metrics = new(_host);
        Add(new());
        _client.Send("guest", [ObedientGuest.Handle]);

        _time.Jump(-Day);
        _host.Pump();

        Assert.Equal(0.0, Assert.Single(metrics.Recorded).Value);
    }

    /// <summary>Budgets and the time to stop are kept by the machine's own clock, which nobody sets.</summary>
    [Fact]
    public async Task Stop_ClockStandsStillOrJumps_EverythingHasItsOutcome()
    {
        MessagingHost host = new(new() { Workers = 1, TimeProvider = _time });
        MessagingEndpoint client = host.AddEndpoint("client");
        ComponentOptions options = new()
        {
            Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(20) },
            Restart = new() { Max = 1, Pause = TimeSpan.FromSeconds(1) },
        };
        Component guest = ObedientGuest.Add(host, "guest", options);
        client.Send("guest", [ObedientGuest.Loop]);
        client.Send("guest", [ObedientGuest.Handle]);
        Assert.True(SpinWait.SpinUntil(() => guest.Statistics.TimedOut == 1, TimeSpan.FromMinutes(2)));
        _time.Jump(-Day);

        await host.StopAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        HostStatistics statistics = host.Statistics;
        Assert.Equal((2, 1, 1), (statistics.Accepted, statistics.TimedOut, statistics.Undeliverable));
        Assert.Equal((0, 0, 0), (statistics.Queued, statistics.InFlight, statistics.InMailboxes));
    }

    private Component Add(ComponentOptions options) => ObedientGuest.Add(_host, "guest", options);

    private void Send(byte what)
    {
        Assert.Equal(SendStatus.Accepted, _client.Send("guest", [what]));
        _host.Pump();
    }

    private int Answers(int messages)
    {
        int before = _received;
        for (int i = 0; i < messages; i++)
        {
            Send(ObedientGuest.Answer);
        }

        return _received - before;
    }
}
