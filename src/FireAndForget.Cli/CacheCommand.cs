using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>
/// <c>faf cache</c>: shows and empties the compile cache that <c>faf</c>, and every host that names no other folder, uses for this
/// user.
/// </summary>
internal static class CacheCommand
{
    private static readonly CompileCacheOptions Options = new();

    /// <summary>Lists the files that have entries, the one that was used last first, and their sum.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">There is no cache, or it cannot be read.</exception>
    public static int List(bool json)
    {
        CompileCacheContents cache = Cache();
        List<CachedFile> files = OrFail(cache, () => CachedFile.In(cache.ReadEntries()));
        if (json)
        {
            CacheReport.WriteJson(cache.Folder, files, Options.MaxBytes);
        }
        else
        {
            CacheReport.WriteText(cache.Folder, files, Options.MaxBytes);
        }

        return ExitCode.Done;
    }

    /// <summary>Deletes all entries and the secret that they are authenticated with, and nothing else that lies there.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">There is no cache, or not all of it can be deleted.</exception>
    public static int Clear()
    {
        CompileCacheContents cache = Cache();
        (IReadOnlyList<CompileCacheEntry> entries, IReadOnlyList<string> left) = OrFail(
            cache,
            () => (cache.ReadEntries(), cache.Clear())
        );
        if (left.Count != 0)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{left[0]}: cannot be deleted, nor can {left.Count - 1} others; see who uses them and whose they are."
            );
        }

        string size = CacheReport.Size(entries.Sum(entry => entry.Bytes));
        Console.Out.WriteLine($"{PlainText.Escape(cache.Folder)}: {entries.Count} entries, {size}, deleted");
        return ExitCode.Done;
    }

    private static CompileCacheContents Cache()
    {
        try
        {
            return CompileCacheContents.Of(Options);
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
    }

    private static T OrFail<T>(CompileCacheContents cache, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"{cache.Folder}: the folder cannot be read: {e.Message}");
        }
    }
}
