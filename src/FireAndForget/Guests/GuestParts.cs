using FireAndForget.Guests.Direct;

namespace FireAndForget.Guests;

/// <summary>What one instance of a guest is made of, those of nested components included.</summary>
/// <param name="Instances">How many instances of core modules.</param>
/// <param name="Memories">The memories that they define, in pages of 64 KiB.</param>
/// <param name="Tables">The tables that they define, in elements.</param>
/// <param name="RunsCode">Whether any of them runs code while it is instantiated.</param>
internal sealed record GuestParts(
    int Instances,
    IReadOnlyList<CoreLimits> Memories,
    IReadOnlyList<CoreLimits> Tables,
    bool RunsCode
);
