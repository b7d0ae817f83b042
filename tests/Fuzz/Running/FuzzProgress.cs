using System.IO.MemoryMappedFiles;

namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>
/// How far a child process is, in a file that both processes map: it is there whatever becomes of the child, and costs it nothing.
/// </summary>
internal sealed class FuzzProgress : IDisposable
{
    private const int Size = 5 * sizeof(long);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public FuzzProgress(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Size);
        _view = _file.CreateViewAccessor(0, Size);
    }

    /// <summary>The number of the input that is run.</summary>
    public long Index
    {
        get => _view.ReadInt64(0);
        set => _view.Write(0, value);
    }

    /// <summary>Inputs that were taken.</summary>
    public long Taken
    {
        get => _view.ReadInt64(sizeof(long));
        set => _view.Write(sizeof(long), value);
    }

    /// <summary>Inputs that ended in a clean error.</summary>
    public long Refused
    {
        get => _view.ReadInt64(2 * sizeof(long));
        set => _view.Write(2 * sizeof(long), value);
    }

    /// <summary>Inputs that were generated and not damaged.</summary>
    public long Whole
    {
        get => _view.ReadInt64(3 * sizeof(long));
        set => _view.Write(3 * sizeof(long), value);
    }

    /// <summary>How many of these were taken.</summary>
    public long WholeTaken
    {
        get => _view.ReadInt64(4 * sizeof(long));
        set => _view.Write(4 * sizeof(long), value);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
