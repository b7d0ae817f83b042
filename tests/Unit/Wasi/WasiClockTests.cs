using System.Buffers.Binary;
using FireAndForget.Guests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>What a guest sees of time, which is what the host's clock says, also where it jumps.</summary>
public class WasiClockTests
{
    [Fact]
    public async Task MonotonicNow_TheHostsClockMoves_MovesAsFar()
    {
        await using WasiGuest guest = new();

        Assert.Equal(0, guest.Call("monotonic-clock#now"));
        guest.Time.Advance(TimeSpan.FromMicroseconds(1.5));
        Assert.Equal(1500, guest.Call("monotonic-clock#now"));
        guest.Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal((400L * 24 * 3600 * 1_000_000_000) + 1500, guest.Call("monotonic-clock#now"));
        Assert.Equal(100, guest.Call("monotonic-clock#resolution"));
    }

    [Fact]
    public async Task MonotonicNow_AFreshInstance_StartsAgain()
    {
        await using WasiGuest guest = new();
        guest.Time.Advance(TimeSpan.FromHours(1));
        guest.Fail("exit", 0);

        Assert.Equal(0, guest.Call("monotonic-clock#now"));
    }

    [Fact]
    public async Task WallNow_TheHostsClockIsSet_JumpsWithIt()
    {
        await using WasiGuest guest = new();
        guest.Time.SetUtcNow(DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(1_234_567));

        Assert.Equal((20_000UL * 86_400, 123_456_700U), DateTime(guest, "wall-clock#now"));

        guest.Time.AdjustTime(DateTimeOffset.UnixEpoch.AddSeconds(3));
        Assert.Equal((3UL, 0U), DateTime(guest, "wall-clock#now"));
        guest.Time.AdjustTime(DateTimeOffset.UnixEpoch.AddSeconds(-3));
        Assert.Equal((0UL, 0U), DateTime(guest, "wall-clock#now"));
        Assert.Equal((0UL, 100U), DateTime(guest, "wall-clock#resolution"));
    }

    [Fact]
    public void Now_TheProviderGoesBack_DoesNot()
    {
        Provider provider = new(frequency: 10_000_000);
        WasiClock clock = new(provider);
        provider.Timestamp = 30;
        Assert.Equal(3000UL, clock.Now);

        provider.Timestamp = 10;
        Assert.Equal(3000UL, clock.Now);
        provider.Timestamp = -10;
        Assert.Equal(3000UL, clock.Now);
        provider.Timestamp = 31;
        Assert.Equal(3100UL, clock.Now);
    }

    [Theory]
    [InlineData(1, 5, 5_000_000_000UL, 1_000_000_000UL)]
    [InlineData(1_000_000_000, 5, 5UL, 1UL)]
    [InlineData(3_000_000_000, 9, 3UL, 1UL)]
    [InlineData(1, long.MaxValue, ulong.MaxValue, 1_000_000_000UL)]
    public void Now_AnyFrequency_IsInNanoseconds(long frequency, long passed, ulong now, ulong resolution)
    {
        Provider provider = new(frequency);
        WasiClock clock = new(provider);

        provider.Timestamp = passed;

        Assert.Equal((now, resolution), (clock.Now, clock.Resolution));
        Assert.Equal(now == ulong.MaxValue ? now : now + 7, clock.After(7));
        Assert.Equal(ulong.MaxValue, clock.After(ulong.MaxValue));
    }

    private static (ulong Seconds, uint Nanoseconds) DateTime(WasiGuest guest, string function)
    {
        guest.Call(function, WasiWat.Answer);
        ReadOnlySpan<byte> answer = guest.Memory(WasiWat.Answer, 16);
        return (BinaryPrimitives.ReadUInt64LittleEndian(answer), BinaryPrimitives.ReadUInt32LittleEndian(answer[8..]));
    }

    private sealed class Provider(long frequency) : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Timestamp;
    }
}
