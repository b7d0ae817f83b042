namespace FireAndForget.Guests.Direct;

/// <summary>A core module of a guest, and what an instance of it adds to the guest's memories and tables.</summary>
/// <param name="Bytes">The module's binary, a range of the guest's bytes.</param>
/// <param name="Memories">The memories that it defines (not those that it imports), in pages of 64 KiB.</param>
/// <param name="Tables">The tables that it defines, in elements.</param>
/// <param name="HasStart">Whether code of it runs while it is instantiated.</param>
internal sealed record PlannedModule(
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<CoreLimits> Memories,
    IReadOnlyList<CoreLimits> Tables,
    bool HasStart
);
