using CsCheck;
using FireAndForget.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>Rate and quota against <see cref="AllowanceModel"/>, which counts in fractions and rounds nothing.</summary>
public class SendAllowanceProperties
{
    // Times around the whole numbers of tokens and windows are where a rounding would show.
    private static readonly Gen<(long Ticks, int Bytes, bool GivesBack)> AnyStep = Gen.Select(
        Gen.OneOf(
            Gen.Const(0L),
            Gen.Long[0, 3],
            Gen.Long[0, 30_000_000],
            Gen.OneOf(9_999_999L, 10_000_000L, 10_000_001L, 3_333_333L, 3_333_334L)
        ),
        Gen.Int[0, 20],
        Gen.Frequency((7, Gen.Const(false)), (1, Gen.Const(true)))
    );

    private static readonly Gen<decimal> AnyRate = Gen.OneOf(
        Gen.Int[1, 100].Select(n => (decimal)n),
        Gen.Int[1, 100_000].Select(n => n / 1000m),
        Gen.Int[1, 1_000_000_000].Select(n => (decimal)n),
        Gen.Int[1, 999].Select(n => n / 1_000_000m)
    );

    [Fact]
    public void TryTake_AnyRateQuotaAndTimes_IsExact() =>
        Gen.Select(AnyRate, Gen.Bool, Gen.Int[1, 5], Gen.Long[0, 6], Gen.Long[0, 60], AnyStep.Array[1, 200])
            .Sample(
                (rate, hasRate, burst, messages, bytes, steps) =>
                {
                    FakeTimeProvider time = new();
                    QuotaOptions quota = new()
                    {
                        Messages = hasRate ? messages : messages + 1,
                        Bytes = bytes,
                        Window = TimeSpan.FromSeconds(1),
                    };
                    SendAllowance allowance = SendAllowance.Create(
                        hasRate ? new() { MessagesPerSecond = (double)rate, Burst = burst } : null,
                        quota,
                        time
                    )!;
                    AllowanceModel model = new(hasRate ? rate : null, burst, quota);
                    foreach ((long ticks, int length, bool givesBack) in steps)
                    {
                        time.Advance(TimeSpan.FromTicks(ticks));
                        model.Advance(ticks);
                        bool may = model.MayTake(length);
                        Assert.Equal(may, allowance.TryTake(length));
                        if (may && givesBack)
                        {
                            allowance.GiveBack(length);
                        }
                        else if (may)
                        {
                            model.Take(length);
                        }
                    }
                },
                iter: PropertyRuns.Of(2000)
            );
}
