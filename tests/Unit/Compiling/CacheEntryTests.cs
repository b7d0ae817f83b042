using System.Security.Cryptography;
using FireAndForget.Guests.Compiling;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>The files of the compile cache: no damage goes unseen, because Wasmtime would run it.</summary>
public sealed class CacheEntryTests : IDisposable
{
    private const string Source = "/guests/mirror.wasm";

    private static readonly string Key = new('a', CacheKey.Length);
    private static readonly byte[] Compiled = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    private readonly CacheTrial _trial = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly string _path;
    private readonly byte[] _entry;

    public CacheEntryTests()
    {
        CacheFolder.Make(_trial.Folder);
        _path = CacheFolder.EntryOf(_trial.Folder, Key);
        CacheEntry.Write(_path, _secret, Key, Source, Compiled);
        _entry = File.ReadAllBytes(_path);
    }

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void Damage_WholeEntry_IsNone()
    {
        Assert.Null(Damage());
        Assert.Equal(Source, CacheEntry.SourceOf(new(_path)));
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

            Assert.True(Damage() is not null, $"Byte {i} was changed, and nobody noticed.");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((5 << 19) - 1)]
    public void Damage_ByteOfALargeEntryChanged_IsFound(int at)
    {
        File.Delete(_path);
        CacheEntry.Write(_path, _secret, Key, Source, new byte[5 << 19]);
        Assert.Null(Damage());
        byte[] damaged = File.ReadAllBytes(_path);
        damaged[at] ^= 0x10;
        File.WriteAllBytes(_path, damaged);

        Assert.NotNull(Damage());
    }

    [Fact]
    public void Damage_CutOffAnywhere_IsFound()
    {
        for (int length = 0; length < _entry.Length; length++)
        {
            File.WriteAllBytes(_path, _entry[..length]);
            Assert.True(Damage() is not null, $"Cut off at {length}, and nobody noticed.");

            File.WriteAllBytes(_path, _entry[(_entry.Length - length)..]);
            Assert.True(Damage() is not null, $"Only the last {length} bytes, and nobody noticed.");
        }
    }

    [Fact]
    public void Damage_SomethingBehindIt_IsFound()
    {
        File.WriteAllBytes(_path, [.. _entry, 0]);

        Assert.NotNull(Damage());
    }

    [Fact]
    public void Damage_UnderAnotherKey_IsFound()
    {
        string other = new('b', CacheKey.Length);
        File.Copy(_path, CacheFolder.EntryOf(_trial.Folder, other));

        Assert.NotNull(Damage(other));
    }

    /// <summary>Everything about it is right, but who wrote it did not know the secret.</summary>
    [Fact]
    public void Damage_WrittenUnderAnotherSecret_IsFound()
    {
        File.Delete(_path);
        CacheEntry.Write(_path, RandomNumberGenerator.GetBytes(32), Key, Source, Compiled);

        Assert.Contains("secret", Damage(), StringComparison.Ordinal);
    }

    /// <summary>What has its name after the entry was opened and checked is neither mapped nor read.</summary>
    [Fact]
    public void Path_FileReplacedAfterItWasOpened_IsOfTheOneThatWasOpened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open entry cannot be replaced there.");
        using var folder = TrustedFolder.Open(_trial.Folder);
        using var entry = CacheEntry.Open(folder, Key);
        string other = _trial.PathOf("other");
        File.WriteAllText(other, "native code of somebody else");

        File.Move(other, _path, overwrite: true);

        Assert.Equal(_entry, File.ReadAllBytes(entry.Path));
        Assert.Equal(_entry, entry.ReadAll());
    }

    /// <summary>The folder is another's by the time an entry of it is opened: the entry is that of the folder that was looked at.</summary>
    [Fact]
    public void Open_FolderReplacedAfterItWasOpened_IsOfTheOneThatWasOpened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files are opened by path there.");
        using var folder = TrustedFolder.Open(_trial.Folder);
        Directory.Move(_trial.Folder, _trial.PathOf("moved"));
        Directory.CreateDirectory(_trial.Folder);
        File.WriteAllText(_path, "native code of somebody else");

        using var entry = CacheEntry.Open(folder, Key);

        Assert.Null(entry.Damage(_secret, Key));
    }

    [Fact]
    public void SourceOf_FileThatIsNoEntry_IsNull()
    {
        File.WriteAllBytes(_path, _entry[1..^1]);
        Assert.Null(CacheEntry.SourceOf(new(_path)));

        File.WriteAllText(_path, "short");
        Assert.Null(CacheEntry.SourceOf(new(_path)));
        Assert.Null(CacheEntry.SourceOf(new(_trial.PathOf("nothing"))));
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

    private string? Damage(string? key = null)
    {
        key ??= Key;
        using var folder = TrustedFolder.Open(_trial.Folder);
        using var entry = CacheEntry.Open(folder, key);
        return entry.Damage(_secret, key);
    }
}
