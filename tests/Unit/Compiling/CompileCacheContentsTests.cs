using FireAndForget.Guests.Compiling;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>What a program is shown of a compile cache, and how it empties one.</summary>
public sealed class CompileCacheContentsTests : IDisposable
{
    private readonly CacheTrial _trial = new();

    private CompileCacheContents Contents => CompileCacheContents.Of(new() { Folder = _trial.Folder });

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void ReadEntries_FolderThatIsNotThere_IsEmpty()
    {
        Assert.Equal(_trial.Folder, Contents.Folder);
        Assert.Empty(Contents.ReadEntries());
        Assert.Empty(Contents.Clear());
    }

    [Fact]
    public void ReadEntries_AfterALoad_HasSourceSizeAndUse()
    {
        _trial.Load(0);
        Dictionary<string, FileInfo> files = _trial.Entries.ToDictionary(file => CacheEntry.SourceOf(file)!);

        IReadOnlyList<CompileCacheEntry> entries = Contents.ReadEntries();

        Assert.Contains(entries, entry => entry.Source == "guest 0");
        Assert.Equal(files.Keys.Order(), entries.Select(entry => entry.Source!).Order());
        Assert.All(
            entries,
            entry =>
            {
                Assert.Equal(files[entry.Source!].Length, entry.Bytes);
                Assert.Equal(files[entry.Source!].LastWriteTimeUtc, entry.LastUsed.UtcDateTime);
                Assert.Equal(TimeSpan.Zero, entry.LastUsed.Offset);
            }
        );
    }

    [Fact]
    public void ReadEntries_InAnyState_HasTheLeastRecentlyUsedFirst()
    {
        _trial.Load(0);
        _trial.Load(1);
        DateTime[] expected = [.. _trial.Entries.Select(file => file.LastWriteTimeUtc).Order()];

        Assert.Equal(expected, Contents.ReadEntries().Select(entry => entry.LastUsed.UtcDateTime));
    }

    [Fact]
    public void ReadEntries_DamagedEntry_HasNoSource()
    {
        _trial.Load(0);
        _trial.Entries.ForEach(file => File.WriteAllText(file.FullName, "damaged"));

        Assert.All(Contents.ReadEntries(), entry => Assert.Null(entry.Source));
    }

    [Fact]
    public void Clear_AfterALoad_LeavesWhatIsNotTheCaches()
    {
        _trial.Load(0);
        string mine = Path.Combine(_trial.Folder, "mine.compiled");
        File.WriteAllText(mine, "");

        Assert.Empty(Contents.Clear());

        Assert.Equal([mine], Directory.GetFiles(_trial.Folder));
        Assert.Empty(Contents.ReadEntries());
    }

    [Fact]
    public void Of_NoOptions_IsRefused() =>
        Assert.Throws<ArgumentNullException>("options", () => CompileCacheContents.Of(null!));

    [Fact]
    public void Of_CacheThatIsOff_SaysSo()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("FAF_CACHE_DIR") == "off",
            "Somebody has named a folder for this run."
        );

        Assert.Contains(
            "FAF_CACHE_DIR is 'off'",
            Assert.Throws<InvalidOperationException>(() => CompileCacheContents.Of(new())).Message,
            StringComparison.Ordinal
        );
    }
}
