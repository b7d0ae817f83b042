namespace FireAndForget;

/// <summary>An entry of a compile cache: the compiled code of one module or component.</summary>
public sealed class CompileCacheEntry
{
    internal CompileCacheEntry(string? source, long bytes, DateTimeOffset lastUsed)
    {
        Source = source;
        Bytes = bytes;
        LastUsed = lastUsed;
    }

    /// <summary>
    /// Where the code came from: a file's path, or the name that another source had. Null for an entry that cannot be read, or that
    /// another version wrote: a host replaces it. Several entries have the same one where a file consists of several modules, or was
    /// changed. It is text of others, and may hold anything.
    /// </summary>
    public string? Source { get; }

    /// <summary>Its size on disk in bytes.</summary>
    public long Bytes { get; }

    /// <summary>When a host wrote it or loaded it last, in UTC.</summary>
    public DateTimeOffset LastUsed { get; }
}
