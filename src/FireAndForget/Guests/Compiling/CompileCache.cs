using FireAndForget.Diagnostics;
using Wasmtime;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// Compiled code on disk, shared by hosts and processes: gives the file of an entry that is whole, and keeps what was compiled anew.
/// No load fails because of what goes wrong here: it is logged, and the code is compiled.
/// </summary>
internal sealed class CompileCache
{
    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly Audit? _audit;
    private int _hasWarned;

    private CompileCache(string folder, long maxBytes, Audit? audit)
    {
        _folder = folder;
        _maxBytes = maxBytes;
        _audit = audit;
    }

    /// <summary>The cache that the options ask for; it does not look at the disk yet.</summary>
    /// <returns>Null where there is to be none.</returns>
    public static CompileCache? Create(CompileCacheOptions? options, Audit? audit)
    {
        if (options is null)
        {
            return null;
        }

        switch (options.Folder ?? CacheFolder.Default())
        {
            case null:
                audit?.CompileCacheUnusable(
                    "",
                    $"this user has no folder for caches: set {CacheFolder.Variable} to one"
                );
                return null;
            case CacheFolder.Off when options.Folder is null:
                return null;
            case { } folder:
                return new(Path.GetFullPath(folder), options.MaxBytes, audit);
        }
    }

    /// <summary>Loads an entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="load">Makes something of the entry, which holds what Wasmtime serialised.</param>
    /// <returns>What was made; null where no entry can be used, so that the binary has to be compiled.</returns>
    public T? Load<T>(string key, Func<CacheEntry, T> load)
        where T : class
    {
        string path = CacheFolder.EntryOf(_folder, key);
        try
        {
            // From here on the open folder and file count, and not what their names lead to.
            using var folder = TrustedFolder.Open(_folder);
            using var entry = CacheEntry.Open(folder, key);
            // Read after the entry was opened: its writer had the secret before it wrote.
            byte[]? secret = CacheSecret.Read(folder);
            string? damage = secret is null
                ? "the secret that it was written under is gone"
                : entry.Damage(secret, key);
            if (damage is not null)
            {
                _audit?.CompileCacheEntryReplaced(path, damage);
                return null;
            }

            T loaded = load(entry);
            entry.Touch();
            return loaded;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was never kept, or somebody has evicted it.
            return null;
        }
        catch (CacheUnusableException e)
        {
            Warn(e.Message);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WasmtimeException)
        {
            _audit?.CompileCacheEntryReplaced(path, e.Message);
            return null;
        }
    }

    /// <summary>Keeps an entry, in place of one that is there, and evicts others where there are too many.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="source">Where the code came from, for who lists the entries.</param>
    /// <param name="serialize">Gives what is kept.</param>
    public void Store(string key, string source, Func<byte[]> serialize)
    {
        FileInfo temporary = new(CacheFolder.TemporaryOf(_folder, key));
        try
        {
            CacheFolder.Make(_folder);
            using var folder = TrustedFolder.Open(_folder);
            byte[] secret = CacheSecret.ReadOrMake(folder);
            byte[] compiled = serialize();
            if (CacheEntry.LengthOf(source, compiled.Length) > _maxBytes)
            {
                return;
            }

            string path = CacheFolder.EntryOf(_folder, key);
            CacheEntry.Write(temporary.FullName, secret, key, source, compiled);
            File.Move(temporary.FullName, path, overwrite: true);
            Evict(path);
        }
        catch (CacheUnusableException e)
        {
            Warn(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WasmtimeException)
        {
            CacheFolder.TryDelete(temporary);
            // On Windows an entry that another process has loaded meanwhile cannot be replaced, and need not be.
            if (!IsThere(key))
            {
                Warn($"nothing can be kept there: {e.Message}");
            }
        }
    }

    private void Evict(string kept)
    {
        foreach (FileInfo leftover in CacheFolder.Leftovers(_folder, DateTime.UtcNow))
        {
            CacheFolder.TryDelete(leftover);
        }

        List<FileInfo> entries = CacheFolder.Entries(_folder);
        long bytes = entries.Sum(entry => entry.Length);
        foreach (FileInfo entry in entries.Where(entry => entry.FullName != kept))
        {
            if (bytes <= _maxBytes)
            {
                return;
            }

            // The length is read before the file is deleted, because a deleted file has none.
            long length = entry.Length;
            bytes -= CacheFolder.TryDelete(entry) ? length : 0;
        }
    }

    private bool IsThere(string key)
    {
        try
        {
            using var folder = TrustedFolder.Open(_folder);
            using var entry = CacheEntry.Open(folder, key);
            return CacheSecret.Read(folder) is { } secret && entry.Damage(secret, key) is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Warn(string reason)
    {
        if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            _audit?.CompileCacheUnusable(_folder, reason);
        }
    }
}
