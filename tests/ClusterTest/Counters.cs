using System.IO.MemoryMappedFiles;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>Numbers in a file that several processes map: what a process counted is there when it was killed.</summary>
internal sealed unsafe class Counters : IDisposable
{
    private const int Slots = 1024;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _slots;

    public Counters(string path)
    {
        Path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Slots * sizeof(long));
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _slots = (long*)start;
    }

    public string Path { get; }

    public ref long this[int slot] => ref _slots[slot];

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
