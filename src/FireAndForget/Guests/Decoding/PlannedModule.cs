namespace FireAndForget.Guests.Decoding;

/// <summary>A core module of a guest, and what an instance of it adds to the guest's memories and tables.</summary>
/// <param name="Bytes">The module's binary, a range of the guest's bytes.</param>
/// <param name="Memories">The memories that it defines (not those that it imports), in pages of 64 KiB.</param>
/// <param name="Tables">The tables that it defines, in elements.</param>
/// <param name="HasStart">Whether code of it runs while it is instantiated.</param>
/// <param name="HasHeap">Whether it needs a heap of objects that the engine collects.</param>
/// <param name="MakesObjects">Whether its globals and tables may start with such objects.</param>
/// <param name="HostBytes">What an instance of it takes of the host beside those, as <see cref="InstanceCost"/> counts.</param>
internal sealed record PlannedModule(
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<CoreLimits> Memories,
    IReadOnlyList<CoreLimits> Tables,
    bool HasStart,
    bool HasHeap = false,
    bool MakesObjects = false,
    long HostBytes = 0
)
{
    /// <summary>A module as the decoder read it.</summary>
    public static PlannedModule Of(Decoding.CoreModule module) =>
        new(
            module.Bytes,
            module.Memories,
            module.Tables,
            module.HasStart,
            module.HasHeap,
            module.MakesObjects,
            module.HostBytes
        );
}
