using System.Buffers.Binary;
using FireAndForget.Guests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Random bytes: from nowhere, or repeatable by the host's seed.</summary>
public class WasiRandomTests
{
    [Theory]
    [InlineData("get-random-bytes")]
    [InlineData("get-insecure-random-bytes")]
    public async Task GetBytes_GivesAsManyAsAsked(string function)
    {
        await using WasiGuest guest = new();

        guest.Call(function, 50, WasiWat.Answer);
        (int pointer, int count) = guest.List();
        Assert.Equal(50, count);
        Assert.Contains(guest.Memory(pointer + 30, 20).ToArray(), b => b != 0);
        Assert.Equal(0, guest.Memory(pointer + 50, 1)[0]);

        guest.Call(function, 0, WasiWat.Answer);
        Assert.Equal((WasiWat.Heap, 0), guest.List());
    }

    [Fact]
    public async Task GetBytes_TheMost_AreGiven()
    {
        await using WasiGuest guest = new();

        guest.Call("get-random-bytes", WasiRandomness.MostBytes, WasiWat.Answer);

        Assert.Equal((WasiWat.Heap, WasiRandomness.MostBytes), guest.List());
    }

    [Theory]
    [InlineData(WasiRandomness.MostBytes + 1, "and the most are 65536")]
    [InlineData(-1, "and the most are 65536")]
    public async Task GetBytes_MoreThanTheMost_Traps(long length, string reason)
    {
        await using WasiGuest guest = new();

        Assert.Contains(
            reason,
            guest.Fail("get-random-bytes", length, WasiWat.Answer).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task All_TheSameSeedAndId_DrawTheSame()
    {
        await using WasiGuest one = new(seed: 42);
        await using WasiGuest other = new(seed: 42);

        long[] drawn = Draw(one);

        Assert.Equal(drawn, Draw(other));
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
    }

    [Theory]
    [InlineData(43UL, "guest")]
    [InlineData(42UL, "guest2")]
    [InlineData(null, "guest")]
    public async Task All_AnotherSeedOrId_DrawOthers(ulong? seed, string id)
    {
        await using WasiGuest one = new(seed: 42);
        await using WasiGuest other = new(seed: seed, id: id);

        Assert.Empty(Draw(one).Intersect(Draw(other)));
    }

    [Fact]
    public async Task All_AfterARestart_GoOn()
    {
        await using WasiGuest one = new(seed: 42);
        await using WasiGuest other = new(seed: 42);
        long first = one.Call("get-random-u64");
        one.Fail("exit", 1);
        long second = one.Call("get-random-u64");

        Assert.Equal((first, second), (other.Call("get-random-u64"), other.Call("get-random-u64")));
    }

    /// <summary>A seed means the same on every machine and in every version: these bytes never change.</summary>
    [Fact]
    public void Fill_Seeded_IsTheHashOfSeedCounterAndId()
    {
        byte[] input = [7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'a'];
        byte[] second = System.Security.Cryptography.SHA256.HashData(input);
        WasiRandom random = new(7, "a");
        byte[] drawn = new byte[64];

        // In uneven parts.
        random.Fill(drawn.AsSpan(0, 33));
        random.Fill(drawn.AsSpan(33, 1));
        random.Fill(drawn.AsSpan(34));

        Assert.Equal(second, drawn[32..]);
    }

    /// <summary>What a guest was refused room for is drawn, and nobody else gets it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)]
    public void Draw_BytesThatAreMadeLater_AreThoseThatStoodThere(int length)
    {
        byte[] expected = new byte[length + 50];
        new WasiRandom(7, "a").Fill(expected);
        WasiRandom random = new(7, "a");
        byte[] drawn = new byte[length + 50];

        ulong place = random.Draw(length);
        random.Fill(drawn.AsSpan(length));
        random.Fill(drawn.AsSpan(0, length / 2), place);
        random.Fill(drawn.AsSpan(length / 2, length - (length / 2)), place + (ulong)(length / 2));

        Assert.Equal(expected, drawn);
    }

    private static long[] Draw(WasiGuest guest)
    {
        List<long> drawn = [guest.Call("get-random-u64"), guest.Call("get-insecure-random-u64")];
        guest.Call("get-random-bytes", 16, WasiWat.Answer);
        drawn.AddRange(Numbers(guest, guest.List().Pointer));
        guest.Call("insecure-seed", WasiWat.Answer);
        drawn.AddRange(Numbers(guest, WasiWat.Answer));
        return [.. drawn];
    }

    private static long[] Numbers(WasiGuest guest, int at) =>
        [
            BinaryPrimitives.ReadInt64LittleEndian(guest.Memory(at, 8)),
            BinaryPrimitives.ReadInt64LittleEndian(guest.Memory(at + 8, 8)),
        ];
}
