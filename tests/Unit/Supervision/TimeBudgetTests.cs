using FireAndForget.Supervision;
using Xunit;

namespace FireAndForget.Tests.Supervision;

/// <summary>Budgets counted in ticks of 10 ms.</summary>
public class TimeBudgetTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(1000, 100)]
    public void Tick_TheSameAllTheTime_IsOverBehindItsBudget(int milliseconds, int ticks)
    {
        TimeBudget budget = new();
        TimeSpan time = TimeSpan.FromMilliseconds(milliseconds);

        // The first tick only sees that it runs.
        for (int i = 0; i < ticks; i++)
        {
            Assert.False(budget.Tick(7, time));
        }

        Assert.True(budget.Tick(7, time));
    }

    [Fact]
    public void Tick_SomethingElseEachTime_IsNeverOver()
    {
        TimeBudget budget = new();

        for (int i = 0; i < 1000; i++)
        {
            Assert.False(budget.Tick(i, TimeSpan.FromMilliseconds(1)));
        }
    }

    [Fact]
    public void Tick_SomethingElse_StartsAnew()
    {
        TimeBudget budget = new();
        TimeSpan time = TimeSpan.FromMilliseconds(20);
        budget.Tick(1, time);
        budget.Tick(1, time);

        Assert.False(budget.Tick(2, time));
        Assert.False(budget.Tick(2, time));
        Assert.True(budget.Tick(2, time));
    }

    [Fact]
    public void Tick_NoBudget_IsNeverOver()
    {
        TimeBudget budget = new();

        for (int i = 0; i < 1000; i++)
        {
            Assert.False(budget.Tick(1, TimeSpan.Zero));
        }
    }
}
