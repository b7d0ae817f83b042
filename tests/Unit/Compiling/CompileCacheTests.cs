using FireAndForget.Guests.Compiling;
using FireAndForget.Tests.Diagnostics;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>What a host keeps of what it compiled: used where it is whole, replaced where it is not, and never in the way of a load.</summary>
public sealed class CompileCacheTests : IDisposable
{
    private readonly CacheTrial _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void Load_OfTheSameGuestInAnotherHost_CompilesNothing()
    {
        Assert.Single(_trial.Load(0).Of(CacheTrial.Compiling));

        ListLogger second = _trial.Load(0);

        Assert.Empty(second.Of(CacheTrial.Compiling));
        Assert.Empty(second.Of(CacheTrial.Replaced));
        Assert.Single(_trial.Entries);
    }

    [Fact]
    public void Load_OfAnotherContent_CompilesIt()
    {
        string file = _trial.PathOf("guest.wat");
        foreach (int answer in (int[])[7, 8])
        {
            File.WriteAllText(file, CacheTrial.Guest(answer));
            ListLogger log = new();
            using LoadedGuest guest = new(file, new() { Folder = _trial.Folder }, log);

            Assert.Equal($"handle-message returned {answer}", guest.Answer());
            Assert.Single(log.Of(CacheTrial.Compiling));
        }

        Assert.Equal(2, _trial.Entries.Count);
    }

    [Theory]
    [InlineData("its first byte")]
    [InlineData("its middle")]
    [InlineData("its last byte")]
    [InlineData("its end is missing")]
    [InlineData("empty")]
    [InlineData("something else")]
    [InlineData("the entry of another guest")]
    [InlineData("of an engine that is set up otherwise")]
    public void Load_EntryThatIsDamaged_CompilesAnewAndReplacesIt(string damage)
    {
        _trial.Load(1);
        string other = _trial.Entries.Single().FullName;
        _trial.Load(0);
        string path = _trial.Entries.Single(e => e.FullName != other).FullName;
        byte[] good = File.ReadAllBytes(path);
        File.WriteAllBytes(path, Damaged(damage, [.. good], other, Path.GetFileNameWithoutExtension(path)));

        ListLogger log = _trial.Load(0);

        LogLine line = Assert.Single(log.Of(CacheTrial.Replaced));
        Assert.Equal(path, line.Values["Entry"]);
        Assert.NotEqual("", line.Values["Reason"]);
        Assert.Single(log.Of(CacheTrial.Compiling));
        Assert.Null(_trial.DamageOf(new(path)));
        Assert.Empty(_trial.Load(0).Of(CacheTrial.Compiling));
    }

    [Fact]
    public void Load_FolderThatCannotBeMade_WarnsOnceAndLoads()
    {
        string file = _trial.PathOf("file");
        File.WriteAllText(file, "");

        ListLogger log = CacheTrial.Load(new() { Folder = Path.Combine(file, "cache") }, 0, 1, 2);

        LogLine warning = Assert.Single(log.Lines, line => line.Id is CacheTrial.Unusable or CacheTrial.Replaced);
        Assert.Equal(Path.Combine(file, "cache"), warning.Values["Folder"]);
        Assert.Equal(3, log.Of(CacheTrial.Compiling).Count);
    }

    [Fact]
    public void Load_MoreThanTheBound_EvictsWhatWasNotUsedForTheLongestTime()
    {
        _trial.Load(0);
        FileInfo first = _trial.Entries.Single();
        _trial.Load(1);
        FileInfo second = _trial.Entries.Single(e => e.FullName != first.FullName);
        first.LastWriteTimeUtc = DateTime.UtcNow - TimeSpan.FromDays(2);
        second.LastWriteTimeUtc = DateTime.UtcNow - TimeSpan.FromDays(1);
        _trial.Load(0);

        _trial.Load(2, maxBytes: first.Length * 5 / 2);

        Assert.Empty(_trial.Load(0).Of(CacheTrial.Compiling));
        Assert.Empty(_trial.Load(2).Of(CacheTrial.Compiling));
        Assert.False(File.Exists(second.FullName));
    }

    [Fact]
    public void Load_FarMoreThanTheBound_EvictsAsManyAsItTakes()
    {
        for (int guest = 0; guest < 5; guest++)
        {
            _trial.Load(guest);
        }

        _trial.Load(5, maxBytes: _trial.Entries[0].Length * 5 / 2);

        Assert.Equal(2, _trial.Entries.Count);
    }

    [Fact]
    public void Load_EntryLargerThanTheBound_KeepsNothing()
    {
        ListLogger log = _trial.Load(0, maxBytes: 100);

        Assert.Empty(_trial.Entries);
        Assert.Empty(log.Of(CacheTrial.Unusable));
    }

    [Fact]
    public void Load_CacheOff_KeepsNothing()
    {
        ListLogger log = CacheTrial.Load(cache: null, 0);

        Assert.Single(log.Of(CacheTrial.Compiling));
        Assert.Equal(CacheFolder.Off, CacheFolder.Default());
        Assert.False(Directory.Exists(_trial.Folder));
    }

    [Fact]
    public void Load_LeftoversOfProcessesThatEnded_AreDeletedWhenTheyAreOld()
    {
        _trial.Load(0);
        string key = Path.GetFileNameWithoutExtension(_trial.Entries.Single().Name);
        string old = CacheFolder.TemporaryOf(_trial.Folder, key);
        string young = CacheFolder.TemporaryOf(_trial.Folder, key);
        string foreign = Path.Combine(_trial.Folder, "notes.tmp");
        string secret = CacheFolder.TemporaryOf(_trial.Folder, CacheSecret.FileName);
        foreach (string file in (string[])[old, young, foreign, secret])
        {
            File.WriteAllText(file, "");
        }

        File.SetLastWriteTimeUtc(old, DateTime.UtcNow - TimeSpan.FromHours(2));
        File.SetLastWriteTimeUtc(secret, DateTime.UtcNow - TimeSpan.FromHours(2));
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow - TimeSpan.FromHours(2));

        _trial.Load(1);

        Assert.Equal((false, true, true), (File.Exists(old), File.Exists(young), File.Exists(foreign)));
        Assert.Equal((false, true), (File.Exists(secret), File.Exists(_trial.Secret)));
    }

    /// <summary>Hosts that compile, replace, evict and load the same guests at once do not disturb each other.</summary>
    [Fact]
    public async Task Load_ManyHostsAtOnce_AllWork()
    {
        ListLogger[] logs = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    Task.Run(() =>
                        CacheTrial.Load(
                            new() { Folder = _trial.Folder, MaxBytes = i % 2 == 0 ? 1 << 20 : 1 << 15 },
                            0,
                            1,
                            2,
                            3
                        )
                    )
                )
        );

        string failures = string.Join(
            '\n',
            logs.SelectMany(log => log.Lines)
                .Where(line => line.Id is CacheTrial.Unusable or CacheTrial.Replaced)
                .Select(line => line.Text)
        );
        Assert.True(failures.Length == 0, failures);
        Assert.All(_trial.Entries, e => Assert.Null(_trial.DamageOf(e)));
        Assert.Equal(
            [.. _trial.Entries.Select(e => e.Name).Append(CacheSecret.FileName).Order(StringComparer.Ordinal)],
            Directory.GetFiles(_trial.Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>For the runtime that takes components whole.</summary>
    [Fact]
    public void Component_OfTheSameBytes_IsLoadedFromTheCache()
    {
        byte[] binary = Wasmtime.Module.ConvertText("(component)");
        ListLogger log = new();
        var audit = FireAndForget.Diagnostics.Audit.Create(log, TimeProvider.System);
        for (int i = 0; i < 2; i++)
        {
            using Engine engine = FireAndForget.Guests.GuestLoader.CreateEngine();
            using GuestCompiler compiler = new(
                engine,
                "as it is",
                ComponentSource.FromBytes(binary),
                CompileCache.Create(new() { Folder = _trial.Folder }, audit),
                new(audit),
                _ => { },
                keepsNames: false
            );
            compiler.Component(binary).Dispose();
        }

        Assert.Single(log.Of(CacheTrial.Compiling));
        Assert.Single(_trial.Entries);
    }

    private byte[] Damaged(string how, byte[] entry, string other, string key)
    {
        switch (how)
        {
            case "its first byte":
                entry[0] ^= 1;
                return entry;
            case "its middle":
                entry[entry.Length / 2] ^= 0x80;
                return entry;
            case "its last byte":
                entry[^1] ^= 1;
                return entry;
            case "its end is missing":
                return entry[..(entry.Length / 2)];
            case "empty":
                return [];
            case "something else":
                return [.. Enumerable.Repeat((byte)'x', 10_000)];
            case "the entry of another guest":
                return File.ReadAllBytes(other);
            default:
                return OfAnotherEngine(key);
        }
    }

    /// <summary>A whole entry with code that this host's engine cannot take: Wasmtime itself refuses it.</summary>
    private byte[] OfAnotherEngine(string key)
    {
        using Engine engine = new(new Config().WithFuelConsumption(true));
        using var module = Wasmtime.Module.FromText(engine, "guest", CacheTrial.Guest(0));
        string file = Path.GetTempFileName();
        File.Delete(file);
        CacheEntry.Write(file, File.ReadAllBytes(_trial.Secret), key, "guest", module.Serialize());
        byte[] entry = File.ReadAllBytes(file);
        File.Delete(file);
        return entry;
    }
}
