using CsCheck;
using FireAndForget.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>What a component may send in time, with a clock that the test moves.</summary>
public class SendAllowanceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Create_NoLimits_IsNone() => Assert.Null(SendAllowance.Create(null, new(), _time));

    [Fact]
    public void TryTake_Burst_IsThereFromTheStart()
    {
        SendAllowance allowance = Rate(10, 3);

        Assert.Equal(3, TakeAll(allowance));
    }

    [Theory]
    [InlineData(10, 100, 1)]
    [InlineData(10, 99.9999, 0)]
    [InlineData(10, 250, 2)]
    [InlineData(10, 100_000, 3)]
    [InlineData(0.5, 1999, 0)]
    [InlineData(0.5, 2000, 1)]
    [InlineData(1e9, 0.0001, 3)]
    public void TryTake_AfterThisTime_TokensAreBack(double perSecond, double milliseconds, int tokens)
    {
        SendAllowance allowance = Rate(perSecond, 3);
        TakeAll(allowance);

        _time.Advance(TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond)));

        Assert.Equal(tokens, TakeAll(allowance));
    }

    /// <summary>Fractions of a token are not lost, however the time is cut.</summary>
    [Fact]
    public void TryTake_InManyShortSteps_GivesTheRateExactly()
    {
        SendAllowance allowance = Rate(3, 1);
        int taken = 0;
        for (int i = 0; i < 70_000; i++)
        {
            taken += allowance.TryTake(1) ? 1 : 0;
            _time.Advance(TimeSpan.FromTicks(1000));
        }

        // 7 seconds and the burst.
        Assert.InRange(taken, 21, 22);
    }

    [Fact]
    public void TryTake_AnyRate_NeverMoreThanBurstAndRateAllow()
    {
        Gen.Select(Gen.Double[0.01, 5000], Gen.Int[1, 20], Gen.Int[0, 3_000_000].Array[1, 60])
            .Sample(
                (perSecond, burst, steps) =>
                {
                    FakeTimeProvider time = new();
                    SendAllowance allowance = SendAllowance.Create(
                        new() { MessagesPerSecond = perSecond, Burst = burst },
                        new(),
                        time
                    )!;
                    long taken = 0;
                    double seconds = 0;
                    foreach (int ticks in steps)
                    {
                        for (int i = 0; i < 30 && allowance.TryTake(1); i++)
                        {
                            taken++;
                        }

                        Assert.True(
                            taken <= burst + (seconds * perSecond) + 1e-6,
                            $"{taken} were taken in {seconds} s."
                        );
                        time.Advance(TimeSpan.FromTicks(ticks));
                        seconds += ticks / 1e7;
                    }
                },
                iter: 300
            );
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(1e-40)]
    [InlineData(double.Epsilon)]
    public void TryTake_HardlyAnyRate_GivesNothingBackInAnHour(double perSecond)
    {
        SendAllowance allowance = Rate(perSecond, 1);
        TakeAll(allowance);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, TakeAll(allowance));
    }

    [Fact]
    public void GiveBack_AToken_ItCanBeTakenAgain()
    {
        SendAllowance allowance = Rate(1, 1);
        Assert.True(allowance.TryTake(5));

        allowance.GiveBack(5);

        Assert.Equal(1, TakeAll(allowance));
    }

    [Fact]
    public void TryTake_QuotaOfMessages_IsForEachWindow()
    {
        SendAllowance allowance = Quota(2, 0);

        Assert.Equal(2, TakeAll(allowance));
        _time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.Equal(0, TakeAll(allowance));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, TakeAll(allowance));
    }

    [Fact]
    public void TryTake_QuotaOfBytes_TakesWhatFits()
    {
        SendAllowance allowance = Quota(0, 10);

        Assert.False(allowance.TryTake(11));
        Assert.True(allowance.TryTake(6));
        Assert.False(allowance.TryTake(5));
        Assert.True(allowance.TryTake(4));
        Assert.True(allowance.TryTake(0));
        Assert.False(allowance.TryTake(1));
    }

    [Fact]
    public void TryTake_RefusedByTheQuota_CostsNoToken()
    {
        SendAllowance allowance = SendAllowance.Create(
            new() { MessagesPerSecond = 1, Burst = 2 },
            new() { Bytes = 10 },
            _time
        )!;

        Assert.False(allowance.TryTake(11));
        Assert.False(allowance.TryTake(11));

        Assert.True(allowance.TryTake(5));
        Assert.True(allowance.TryTake(5));
    }

    [Fact]
    public void TryTake_RefusedByTheRate_CostsNoQuota()
    {
        SendAllowance allowance = SendAllowance.Create(
            new() { MessagesPerSecond = 1, Burst = 1 },
            new() { Messages = 2 },
            _time
        )!;

        Assert.True(allowance.TryTake(1));
        Assert.False(allowance.TryTake(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(allowance.TryTake(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(allowance.TryTake(1));
    }

    [Fact]
    public void GiveBack_OfTheQuota_ItCanBeUsedAgain()
    {
        SendAllowance allowance = Quota(1, 10);
        Assert.True(allowance.TryTake(10));

        allowance.GiveBack(10);

        Assert.True(allowance.TryTake(10));
        Assert.False(allowance.TryTake(0));
    }

    [Fact]
    public void TryTake_AndGiveBack_AllocateNothing()
    {
        SendAllowance allowance = SendAllowance.Create(
            new() { MessagesPerSecond = 1e9, Burst = 1000 },
            new() { Messages = 1000, Bytes = 1_000_000 },
            TimeProvider.System
        )!;
        allowance.TryTake(1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            if (allowance.TryTake(1) && i % 2 == 0)
            {
                allowance.GiveBack(1);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Usage_GivenToTheAllowanceOfAnotherHost_GoesOnInTheMiddleOfAWindowAndOfAToken()
    {
        SendAllowance before = RateAndQuota(_time);
        Assert.True(before.TryTake(20) && before.TryTake(20) && before.TryTake(20));
        _time.Advance(TimeSpan.FromSeconds(0.25));

        SendUsage usage = before.Usage;

        Assert.Equal(
            new SendUsage
            {
                MissingTokens = 2.5,
                Messages = 3,
                Bytes = 60,
                WindowLeft = TimeSpan.FromSeconds(59.75),
            },
            usage
        );
        FakeTimeProvider there = new();
        SendAllowance after = RateAndQuota(there);
        there.Advance(TimeSpan.FromSeconds(1000));
        after.Usage = usage;
        Assert.Equal(usage, after.Usage);
        // A token and a half are left.
        Assert.True(after.TryTake(0));
        Assert.False(after.TryTake(0));
        there.Advance(TimeSpan.FromSeconds(0.25));
        Assert.True(after.TryTake(0));
        there.Advance(TimeSpan.FromSeconds(59.5 - 0.0001));
        Assert.False(after.TryTake(41));
        there.Advance(TimeSpan.FromSeconds(0.0001));
        Assert.True(after.TryTake(41));
    }

    [Fact]
    public void Usage_MoreThanTheBucketHolds_EmptiesIt()
    {
        SendAllowance allowance = Rate(1, 3);

        allowance.Usage = new() { MissingTokens = 4 };

        Assert.False(allowance.TryTake(0));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(allowance.TryTake(0));
    }

    [Fact]
    public void Usage_WithoutARateAndBehindItsWindow_MissesNoTokenAndHasSentNothing()
    {
        SendAllowance allowance = Quota(2, 0);
        Assert.True(allowance.TryTake(5));
        _time.Advance(TimeSpan.FromDays(2));

        SendUsage usage = allowance.Usage;

        Assert.Equal((0.0, 0L, 0L), (usage.MissingTokens, usage.Messages, usage.Bytes));
    }

    private static SendAllowance RateAndQuota(TimeProvider time) =>
        SendAllowance.Create(
            new() { MessagesPerSecond = 2, Burst = 4 },
            new()
            {
                Messages = 10,
                Bytes = 100,
                Window = TimeSpan.FromSeconds(60),
            },
            time
        )!;

    private SendAllowance Rate(double perSecond, int burst) =>
        SendAllowance.Create(new() { MessagesPerSecond = perSecond, Burst = burst }, new(), _time)!;

    private SendAllowance Quota(long messages, long bytes) =>
        SendAllowance.Create(null, new() { Messages = messages, Bytes = bytes }, _time)!;

    private static int TakeAll(SendAllowance allowance)
    {
        int taken = 0;
        while (taken < 1000 && allowance.TryTake(1))
        {
            taken++;
        }

        return taken;
    }
}
