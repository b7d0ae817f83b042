using FireAndForget.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>When what changed is read.</summary>
public sealed class QuietTimerTests : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(300);

    private readonly FakeTimeProvider _time = new();
    private readonly QuietTimer _timer;
    private int _runs;

    public QuietTimerTests() => _timer = new(_time, () => _runs++);

    public void Dispose() => _timer.Dispose();

    [Fact]
    public void Change_ThenQuiet_RunsOnce()
    {
        _timer.Change();
        _time.Advance(Often);
        _timer.Change();
        _time.Advance(Often);
        Assert.Equal(0, _runs);

        _time.Advance(Often);
        Assert.Equal(1, _runs);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _runs);
    }

    /// <summary>Each change put the reading off, for as long as they came.</summary>
    [Fact]
    public void Change_AgainAndAgain_RunsAllTheSame()
    {
        TimeSpan changing = TimeSpan.Zero;
        for (; changing < 4 * QuietTimer.LongestWait; changing += Often)
        {
            _timer.Change();
            _time.Advance(Often);
        }

        // Each run is for the changes before it, so the next waits as long again.
        Assert.InRange(_runs, 3, 4);
    }
}
