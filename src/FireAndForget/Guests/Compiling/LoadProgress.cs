using FireAndForget.Diagnostics;

namespace FireAndForget.Guests.Compiling;

/// <summary>How far a host is with the files that it was asked to load, for a person who waits and for the log.</summary>
internal sealed class LoadProgress(Audit? audit)
{
    private readonly Lock _lock = new();
    private readonly List<string> _compiling = [];
    private int _files;
    private int _loaded;

    /// <summary>Counts files that are about to be loaded.</summary>
    public void Begin(int files)
    {
        lock (_lock)
        {
            _files += files;
        }
    }

    /// <summary>Counts a file whose load succeeded or failed.</summary>
    public void End()
    {
        lock (_lock)
        {
            _loaded++;
            if (_loaded == _files)
            {
                _loaded = _files = 0;
            }
        }
    }

    /// <summary>Notes that a file is being compiled.</summary>
    public void Compiling(string source)
    {
        int loaded;
        int files;
        lock (_lock)
        {
            _compiling.Add(source);
            (loaded, files) = (_loaded, _files);
        }

        audit?.Compiling(source, loaded, files);
    }

    /// <summary>Notes that compiling a file has ended, with success or without.</summary>
    public void Compiled(string source, TimeSpan time)
    {
        lock (_lock)
        {
            _compiling.Remove(source);
        }

        audit?.Compiled(source, time);
    }

    /// <summary>The names of the files that are being compiled, and how many files are loaded; empty while nothing is compiled.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            return _compiling.Count == 0
                ? ""
                : $"compiling {string.Join(", ", _compiling.Select(Path.GetFileName))}; {_loaded} of {_files} files loaded";
        }
    }
}
