using System.Diagnostics.Metrics;
using FireAndForget.Diagnostics;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Time;

/// <summary>
/// A host's clock that throws. An outcome is counted before anything asks the clock, so each message has one, and the host stops all
/// the same.
/// </summary>
public sealed class BrokenClockTests : IAsyncDisposable
{
    private const string Trapping = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
        """;

    private readonly BreakableTime _time = new();
    private readonly ListLogger _log = new();
    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;
    private readonly EventSubscription _events;

    public BrokenClockTests()
    {
        _host = new(
            new()
            {
                Workers = 0,
                TimeProvider = _time,
                Logger = _log,
            }
        );
        _client = _host.AddEndpoint("client");
        _events = _host.Subscribe(int.MaxValue);
    }

    public ValueTask DisposeAsync()
    {
        _events.Dispose();
        return _host.DisposeAsync();
    }

    /// <summary>The message that trapped once had a second dead letter, as undeliverable, and was counted as that.</summary>
    [Theory]
    [InlineData(Broken.Timestamps)]
    [InlineData(Broken.NewTimers)]
    public async Task Trap_TheClockThrowsAtTheRestart_TheMessageHasOneOutcome(Broken broken)
    {
        Component trapping = _host.AddComponent(
            "trapping",
            ComponentSource.FromText(Trapping),
            new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } }
        );
        _client.Send("trapping", [1]);
        _client.Send("trapping", [2, 2]);
        _time.Is = broken;

        await _host.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [(Outcome.Trapped, 1), (Outcome.Undeliverable, 2)],
            Events<DeadLetter>().Select(d => (d.Outcome, d.Length))
        );
        Assert.Equal((1, 1), (trapping.Statistics.Trapped, trapping.Statistics.Undeliverable));
        Assert.True(trapping.IsStopped);
    }

    [Fact]
    public async Task Handle_TheClockThrowsWhenASampleIsSettled_TheMessageIsHandled()
    {
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == _host)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.Start();
        MessagingEndpoint target = _host.AddEndpoint("target", _ => _time.Is = Broken.Timestamps);
        _client.Send("target", [1]);

        await _host.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal((1, 0), (target.Statistics.Handled, target.Statistics.Trapped));
        Assert.Empty(Events<DeadLetter>());
    }

    [Fact]
    public void Send_Refused_TheClockOfTheLogThrows_TheSendIsAnswered()
    {
        _time.Is = Broken.Timestamps;

        Assert.Equal(SendStatus.TargetNotFound, _client.Send("nobody", [1]));

        Assert.Equal(1, _host.Statistics.Refused);
    }

    /// <summary>Out of a timer's thread it would end the process.</summary>
    [Fact]
    public async Task Timer_TheClockThrowsWhenALogsMinuteIsOver_NothingIsThrownAndTheStopTells()
    {
        for (int i = 0; i <= LogGate.Listed; i++)
        {
            _client.Send("nobody", [1]);
        }

        _time.Is = Broken.Timestamps;
        _time.RingAll();
        Assert.Empty(_log.Of(301));
        await _host.DisposeAsync();

        Assert.Equal(1L, Assert.Single(_log.Of(301)).Values["Count"]);
    }

    [Fact]
    public async Task DisposeAsync_ATimerThrowsWhenItIsEnded_TheHostStops()
    {
        _host.AddComponent(
            "trapping",
            ComponentSource.FromText(Trapping),
            new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } }
        );
        _client.Send("trapping", [1]);
        _host.Pump();
        for (int i = 0; i <= LogGate.Listed; i++)
        {
            _client.Send("nobody", [1]);
        }

        _time.Is = Broken.EndsOfTimers;
        await _host.DisposeAsync();
        await _host.DisposeAsync();

        Assert.Equal(1, _host.Statistics.Trapped);
        Assert.Single(_log.Of(107));
    }

    private List<T> Events<T>()
        where T : HostEvent
    {
        List<T> told = [];
        while (_events.TryRead(out HostEvent? happened))
        {
            if (happened is T wanted)
            {
                told.Add(wanted);
            }
        }

        return told;
    }

    public enum Broken
    {
        Nothing,
        Timestamps,
        NewTimers,
        EndsOfTimers,
    }

    private sealed class BreakableTime : TimeProvider
    {
        private readonly List<Action> _timers = [];

        public Broken Is { get; set; }

        public void RingAll() => _timers.ForEach(ring => ring());

        public override long GetTimestamp()
        {
            ThrowWhere(Broken.Timestamps);
            return base.GetTimestamp();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ThrowWhere(Broken.NewTimers);
            _timers.Add(() => callback(state));
            return new BreakableTimer(this);
        }

        private void ThrowWhere(Broken broken)
        {
            if (Is == broken)
            {
                throw new InvalidOperationException("the clock is broken");
            }
        }

        /// <summary>It rings when the test has it ring.</summary>
        private sealed class BreakableTimer(BreakableTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => time.ThrowWhere(Broken.EndsOfTimers);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
