namespace FireAndForget.Hosting;

/// <summary>
/// Calls back when files of a folder may have changed. A watcher of .NET belongs to the folder that had the path when it began; this
/// one begins anew when another folder, or a link to one, has taken its place, which the folder above tells.
/// </summary>
internal sealed class FolderWatcher : IDisposable
{
    private readonly string _folder;
    private readonly Func<string, bool> _isWatched;
    private readonly Action _changed;
    private readonly Lock _lock = new();
    private readonly FileSystemWatcher? _above;
    private FileSystemWatcher? _within;
    private bool _isDisposed;

    /// <summary>Begins to watch.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="isWatched">
    /// Whether a file's name is watched; changes of others are none. Folders are always: those that hold the files behind links are
    /// put in each other's place to change all of them at once, as Kubernetes does.
    /// </param>
    /// <param name="changed">Called back, on any thread. Must not throw.</param>
    /// <exception cref="ArgumentException">There is no such folder.</exception>
    /// <exception cref="IOException">The system gives no watcher.</exception>
    public FolderWatcher(string folder, Func<string, bool> isWatched, Action changed)
    {
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _isWatched = isWatched;
        _changed = changed;
        _above = WatchAbove();
        lock (_lock)
        {
            _within ??= WatchWithin();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _above?.Dispose();
            _within?.Dispose();
        }
    }

    /// <summary>Watches which folder has the path; null: none is above it.</summary>
    private FileSystemWatcher? WatchAbove()
    {
        if (Path.GetDirectoryName(_folder) is not { } above)
        {
            return null;
        }

        string name = Path.GetFileName(_folder);
        try
        {
            return Watch(
                new(above) { NotifyFilter = NotifyFilters.DirectoryName | NotifyFilters.FileName },
                changed => name.Equals(changed, StringComparison.OrdinalIgnoreCase),
                BeginAnew
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder above may not be read. The files are watched all the same, for as long as their folder stays.
            return null;
        }
    }

    private FileSystemWatcher WatchWithin() => Watch(new(_folder), IsWatched, _changed);

    private bool IsWatched(string name) => _isWatched(name) || Directory.Exists(Path.Combine(_folder, name));

    private void BeginAnew()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _within?.Dispose();
            _within = null;
            try
            {
                _within = WatchWithin();
            }
            catch (Exception e) when (e is ArgumentException or IOException)
            {
                // The folder is gone. When there is one again, the folder above tells.
            }
        }

        _changed();
    }

    private static FileSystemWatcher Watch(FileSystemWatcher watcher, Func<string, bool> isOne, Action changed)
    {
        FileSystemEventHandler tell = (_, e) => Tell(e.Name);
        watcher.Changed += tell;
        watcher.Created += tell;
        watcher.Deleted += tell;
        watcher.Renamed += (_, e) => Tell(e.Name, e.OldName);
        // The watcher lost events. That is no harm, because each change makes everything be read.
        watcher.Error += (_, _) => changed();
        watcher.EnableRaisingEvents = true;
        return watcher;

        void Tell(params ReadOnlySpan<string?> names)
        {
            foreach (string? name in names)
            {
                // Without a name it may have been any file.
                if (name is null || isOne(name))
                {
                    changed();
                    return;
                }
            }
        }
    }
}
