using FireAndForget.Components;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Components;

/// <summary>How often a component is restarted and after which pauses.</summary>
public class RestartPolicyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void TryTake_InOneWindow_GivesSoMany(int max)
    {
        RestartPolicy policy = new(new() { Max = max }, _time, _random);

        for (int i = 0; i < max; i++)
        {
            Assert.Equal(TimeSpan.Zero, policy.TryTake());
        }

        Assert.Null(policy.TryTake());
    }

    [Fact]
    public void TryTake_OldOnes_LeaveTheWindowOneByOne()
    {
        RestartPolicy policy = new(new() { Max = 2, Window = TimeSpan.FromSeconds(10) }, _time, _random);
        policy.TryTake();
        _time.Advance(TimeSpan.FromSeconds(4));
        policy.TryTake();

        _time.Advance(TimeSpan.FromSeconds(6) - TimeSpan.FromTicks(1));
        Assert.Null(policy.TryTake());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(policy.TryTake());
        Assert.Null(policy.TryTake());
    }

    [Fact]
    public void TryTake_Pause_IsDoubledInAWindowWithUpToAQuarterMore()
    {
        for (int round = 0; round < 50; round++)
        {
            RestartPolicy policy = new(new() { Max = 10, Pause = TimeSpan.FromSeconds(1) }, _time, _random);
            for (int i = 0; i < 5; i++)
            {
                double least = 1 << i;
                Assert.InRange(policy.TryTake()!.Value.TotalSeconds, least, least * 1.25);
            }
        }
    }

    [Fact]
    public void TryTake_Pause_HasJitter()
    {
        HashSet<TimeSpan> pauses = [];
        for (int i = 0; i < 20; i++)
        {
            pauses.Add(new RestartPolicy(new() { Pause = TimeSpan.FromSeconds(1) }, _time, _random).TryTake()!.Value);
        }

        Assert.True(pauses.Count > 1);
    }

    [Fact]
    public void TryTake_PauseInANewWindow_StartsAnew()
    {
        RestartPolicy policy = new(new() { Pause = TimeSpan.FromSeconds(1) }, _time, _random);
        policy.TryTake();
        policy.TryTake();

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.InRange(policy.TryTake()!.Value.TotalSeconds, 1, 1.25);
    }

    [Fact]
    public void TryTake_LongestPauseAgainAndAgain_StaysATime()
    {
        RestartPolicy policy = new(
            new()
            {
                Max = 100,
                Pause = TimeSpan.FromDays(365),
                Window = TimeSpan.FromDays(365),
            },
            _time,
            _random
        );

        for (int i = 0; i < 100; i++)
        {
            Assert.True(policy.TryTake() >= TimeSpan.FromDays(365));
        }
    }
}
