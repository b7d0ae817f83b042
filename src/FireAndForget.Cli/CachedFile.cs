namespace FireAndForget.Cli;

/// <summary>A file, or another source, that the compile cache has something of.</summary>
/// <param name="Source">Its path or name; null: entries that cannot be read.</param>
/// <param name="Entries">How many entries: one for each module that it consists of, and for each content that it had.</param>
/// <param name="Bytes">Their size in bytes.</param>
/// <param name="LastUsed">When one of them was used last, in UTC.</param>
internal sealed record CachedFile(string? Source, int Entries, long Bytes, DateTime LastUsed)
{
    /// <summary>The files that the entries belong to, the one that was used last first.</summary>
    public static List<CachedFile> In(IEnumerable<CompileCacheEntry> entries) =>
        [
            .. entries
                .GroupBy(entry => entry.Source)
                .Select(file => new CachedFile(
                    file.Key,
                    file.Count(),
                    file.Sum(entry => entry.Bytes),
                    file.Max(entry => entry.LastUsed).UtcDateTime
                ))
                .OrderByDescending(file => file.LastUsed),
        ];
}
