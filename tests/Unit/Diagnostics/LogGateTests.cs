using FireAndForget.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>The time at which the left out lines are told.</summary>
public sealed class LogGateTests
{
    private readonly List<long> _told = [];

    /// <summary>The system's timers count whole milliseconds and may be early; what they came too early for was once never told.</summary>
    [Fact]
    public void TryPass_TimerThatIsEarly_TellsAllTheSame()
    {
        WholeMilliseconds time = new();
        LogGate gate = new(time, _told.Add);
        PassAll(gate, LogGate.Listed);
        time.Advance(TimeSpan.FromMicroseconds(500));
        Assert.False(gate.TryPass());

        time.Advance(LogGate.Window - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_told);
        time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Equal([1], _told);
    }

    [Fact]
    public void TryPass_NothingLeftOut_TellsNothing()
    {
        FakeTimeProvider time = new();
        LogGate gate = new(time, _told.Add);

        for (int window = 0; window < 3; window++)
        {
            PassAll(gate, LogGate.Listed);
            time.Advance(LogGate.Window);
        }

        gate.EndWindow();
        Assert.Empty(_told);
    }

    [Fact]
    public void EndWindow_WithinAWindow_TellsAtOnceAndBeginsAnew()
    {
        FakeTimeProvider time = new();
        LogGate gate = new(time, _told.Add);
        PassAll(gate, LogGate.Listed);
        Assert.False(gate.TryPass());
        Assert.False(gate.TryPass());

        gate.EndWindow();

        Assert.Equal([2], _told);
        PassAll(gate, LogGate.Listed);
        Assert.False(gate.TryPass());
        time.Advance(LogGate.Window);
        Assert.Equal([2, 1], _told);
    }

    private static void PassAll(LogGate gate, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(gate.TryPass());
        }
    }

    /// <summary>A clock whose timers leave out what is less than a millisecond.</summary>
    private sealed class WholeMilliseconds : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(base.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) =>
                timer.Change(TimeSpan.FromMilliseconds(Math.Floor(dueTime.TotalMilliseconds)), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
