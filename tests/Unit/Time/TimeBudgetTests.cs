using System.Diagnostics;
using FireAndForget.Time;
using Xunit;

namespace FireAndForget.Tests.Time;

/// <summary>Budgets counted in ticks of 10 ms.</summary>
public class TimeBudgetTests
{
    private readonly TimeBudget _budget = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(1000, 100)]
    public void Tick_TheSameAllTheTime_IsOverBehindItsBudget(int milliseconds, int ticks)
    {
        TimeSpan time = TimeSpan.FromMilliseconds(milliseconds);

        // The first tick only sees that it runs.
        for (int i = 0; i < ticks; i++)
        {
            Assert.False(Tick(7, time, i));
        }

        Assert.True(Tick(7, time, ticks));
    }

    [Fact]
    public void Tick_SomethingElseEachTime_IsNeverOver()
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(Tick(i, TimeSpan.FromMilliseconds(1), i));
        }
    }

    [Fact]
    public void Tick_SomethingElse_StartsAnew()
    {
        TimeSpan time = TimeSpan.FromMilliseconds(20);
        Tick(1, time, 0);
        Tick(1, time, 1);

        Assert.False(Tick(2, time, 2));
        Assert.False(Tick(2, time, 3));
        Assert.True(Tick(2, time, 4));
    }

    [Fact]
    public void Tick_NoBudget_IsNeverOver()
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(Tick(1, TimeSpan.Zero, i));
        }
    }

    /// <summary>The first tick of the message was one that the message before it should have seen.</summary>
    [Fact]
    public void Tick_SeenLate_IsNoWholeTickOfTheMessageBehind()
    {
        TimeSpan time = TimeSpan.FromMilliseconds(10);

        Assert.False(Tick(2, time, 0.9));
        Assert.False(Tick(2, time, 1));
        Assert.True(Tick(2, time, 2));
    }

    [Fact]
    public void Tick_TheProcessStoodStill_IsOneTick()
    {
        TimeSpan time = TimeSpan.FromMilliseconds(30);
        Tick(1, time, 0);

        Assert.False(Tick(1, time, 1_000_000));
        Assert.False(Tick(1, time, 1_000_001));
        Assert.True(Tick(1, time, 1_000_002));
    }

    /// <param name="running">What runs.</param>
    /// <param name="budget">Its time.</param>
    /// <param name="at">When, in ticks of the epoch.</param>
    private bool Tick(long running, TimeSpan budget, double at) =>
        _budget.Tick(running, budget, (long)(at * EpochTicker.Tick.TotalSeconds * Stopwatch.Frequency));
}
