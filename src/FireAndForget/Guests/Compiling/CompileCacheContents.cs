using FireAndForget.Guests.Compiling;

namespace FireAndForget;

/// <summary>
/// What a compile cache keeps on disk, for a program that shows or empties it. Hosts may use the cache meanwhile: what they miss they
/// compile again.
/// </summary>
/// <example>
/// <code>
/// CompileCacheContents cache = CompileCacheContents.Of(new CompileCacheOptions());
/// foreach (CompileCacheEntry entry in cache.ReadEntries())
/// {
///     Console.WriteLine($"{entry.Source}: {entry.Bytes} bytes");
/// }
/// </code>
/// </example>
public sealed class CompileCacheContents
{
    private CompileCacheContents(string folder) => Folder = folder;

    /// <summary>The full path of the cache's folder. It need not be there: then nothing is kept yet.</summary>
    public string Folder { get; }

    /// <summary>The contents of the cache that a host with these options uses. The disk is not looked at yet.</summary>
    /// <param name="options">The options; only their folder counts.</param>
    /// <returns>The contents.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Such a host uses none: the options name no folder, and the environment variable <c>FAF_CACHE_DIR</c> is <c>off</c>, or the user has
    /// no folder for caches. The message says which, and what to do.
    /// </exception>
    public static CompileCacheContents Of(CompileCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Folder is { } named)
        {
            return new(Path.GetFullPath(named));
        }

        return CacheFolder.Default() switch
        {
            null => throw new InvalidOperationException(
                $"This user has no folder for caches; set {CacheFolder.Variable} to one."
            ),
            CacheFolder.Off => throw new InvalidOperationException(
                $"The compile cache is off, because {CacheFolder.Variable} is '{CacheFolder.Off}'; set it to a folder, or unset it."
            ),
            { } folder => new(folder),
        };
    }

    /// <summary>Reads which entries there are now.</summary>
    /// <returns>The entries, those that were not used for the longest time first; none where the folder is not there.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public IReadOnlyList<CompileCacheEntry> ReadEntries() =>
        [
            .. CacheFolder
                .Entries(Folder)
                .Select(file => new CompileCacheEntry(
                    CacheEntry.SourceOf(file),
                    file.Length,
                    new DateTimeOffset(file.LastWriteTimeUtc)
                )),
        ];

    /// <summary>
    /// Deletes all entries, what was left of some that were never finished, and the secret that they are authenticated with; nothing else
    /// that lies in the folder.
    /// </summary>
    /// <returns>
    /// The full paths of the files that cannot be deleted, because they belong to somebody else or, on Windows, a process has loaded them.
    /// </returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public IReadOnlyList<string> Clear() =>
        [
            .. CacheFolder
                .Entries(Folder)
                .Concat(CacheFolder.Leftovers(Folder, DateTime.UtcNow))
                .Concat(CacheFolder.Secrets(Folder))
                .Where(file => !CacheFolder.TryDelete(file))
                .Select(file => file.FullName),
        ];
}
