namespace FireAndForget.Guests.Decoding;

/// <summary>What one instance of a guest is made of, those of nested components included.</summary>
/// <param name="Instances">How many instances of core modules.</param>
/// <param name="Memories">The memories that they define, in pages of 64 KiB.</param>
/// <param name="Tables">The tables that they define, in elements.</param>
/// <param name="RunsCode">Whether any of them runs code while it is instantiated.</param>
/// <param name="HasHeap">Whether any of them needs a heap of objects that the engine collects: the instance has one for all.</param>
/// <param name="MakesObjects">Whether any of them may make such objects while it is instantiated.</param>
/// <param name="HostBytes">What they take of the host beside memories, tables and heap, in bytes.</param>
internal sealed record GuestParts(
    int Instances,
    IReadOnlyList<CoreLimits> Memories,
    IReadOnlyList<CoreLimits> Tables,
    bool RunsCode,
    bool HasHeap = false,
    bool MakesObjects = false,
    long HostBytes = 0
)
{
    /// <summary>The memories, and the heap, which the engine limits as one more memory that starts empty.</summary>
    public IReadOnlyList<CoreLimits> MemoriesAndHeap { get; } = HasHeap ? [.. Memories, new(0, null)] : Memories;
}
