using FireAndForget.Guests.Compiling;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>The files of the compile cache: no damage goes unseen, because Wasmtime would run it.</summary>
public sealed class CacheEntryTests : IDisposable
{
    private const string Source = "/guests/mirror.wasm";

    private static readonly string Key = new('a', CacheKey.Length);

    private readonly CacheTrial _trial = new();
    private readonly string _path;
    private readonly byte[] _entry;

    public CacheEntryTests()
    {
        _path = _trial.PathOf("entry");
        CacheEntry.Write(_path, Key, Source, [.. Enumerable.Range(0, 200).Select(i => (byte)i)]);
        _entry = File.ReadAllBytes(_path);
    }

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void Damage_WholeEntry_IsNone()
    {
        Assert.Null(CacheEntry.Damage(_path, Key));
        Assert.Equal(Source, CacheEntry.SourceOf(_path));
        Assert.Equal(CacheEntry.LengthOf(Source, 200), _entry.Length);
    }

    [Fact]
    public void Damage_AnyByteChanged_IsFound()
    {
        for (int i = 0; i < _entry.Length; i++)
        {
            byte[] damaged = [.. _entry];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(_path, damaged);

            Assert.True(CacheEntry.Damage(_path, Key) is not null, $"Byte {i} was changed, and nobody noticed.");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((5 << 19) - 1)]
    public void Damage_ByteOfALargeEntryChanged_IsFound(int at)
    {
        string path = _trial.PathOf("large");
        CacheEntry.Write(path, Key, Source, new byte[5 << 19]);
        Assert.Null(CacheEntry.Damage(path, Key));
        byte[] damaged = File.ReadAllBytes(path);
        damaged[at] ^= 0x10;
        File.WriteAllBytes(path, damaged);

        Assert.NotNull(CacheEntry.Damage(path, Key));
    }

    [Fact]
    public void Damage_CutOffAnywhere_IsFound()
    {
        for (int length = 0; length < _entry.Length; length++)
        {
            File.WriteAllBytes(_path, _entry[..length]);
            Assert.True(CacheEntry.Damage(_path, Key) is not null, $"Cut off at {length}, and nobody noticed.");

            File.WriteAllBytes(_path, _entry[(_entry.Length - length)..]);
            Assert.True(
                CacheEntry.Damage(_path, Key) is not null,
                $"Only the last {length} bytes, and nobody noticed."
            );
        }
    }

    [Fact]
    public void Damage_SomethingBehindIt_IsFound()
    {
        File.WriteAllBytes(_path, [.. _entry, 0]);

        Assert.NotNull(CacheEntry.Damage(_path, Key));
    }

    [Fact]
    public void Damage_UnderAnotherKey_IsFound() => Assert.NotNull(CacheEntry.Damage(_path, new('b', CacheKey.Length)));

    [Fact]
    public void SourceOf_FileThatIsNoEntry_IsNull()
    {
        File.WriteAllBytes(_path, _entry[1..^1]);
        Assert.Null(CacheEntry.SourceOf(_path));

        File.WriteAllText(_path, "short");
        Assert.Null(CacheEntry.SourceOf(_path));
        Assert.Null(CacheEntry.SourceOf(_trial.PathOf("nothing")));
    }

    [Fact]
    public void Key_OfOtherContentSettingsOrKind_IsAnother()
    {
        string[] keys =
        [
            CacheKey.Of("module", "settings", [1, 2]),
            CacheKey.Of("module", "settings", [1, 3]),
            CacheKey.Of("module", "other settings", [1, 2]),
            CacheKey.Of("component", "settings", [1, 2]),
        ];

        Assert.Distinct(keys);
        Assert.Equal(keys[0], CacheKey.Of("module", "settings", [1, 2]));
        Assert.All(keys, key => Assert.Equal(CacheKey.Length, key.Length));
    }
}
