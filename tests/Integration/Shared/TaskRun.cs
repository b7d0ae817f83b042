using Xunit;

namespace FireAndForget.Tests;

/// <summary>A <see cref="TaskGuest"/> that runs.</summary>
internal sealed class TaskRun(int workers = 1, string? wat = null, TimeSpan? budget = null)
    : StepRun(wat ?? TaskGuest.Component, workers, budget)
{
    public async Task AssertHandledAsync(int messages = 1)
    {
        HostStatistics statistics = await Host.SettleAsync();
        Assert.Equal([], Host.DeadLetters.Select(letter => letter.Reason));
        Assert.Equal(messages + Reports.Count, statistics.Handled);
    }
}
