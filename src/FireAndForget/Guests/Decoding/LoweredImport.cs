using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>A host function lowered for a component (<c>canon lower</c>), strings in UTF-8.</summary>
/// <param name="Interface">The imported interface, as the component names it.</param>
/// <param name="Function">The function's name in it.</param>
/// <param name="Memory">The memory through which lists and strings pass, where the function has any.</param>
/// <param name="Realloc">The function that gives room in that memory, where the host hands any back.</param>
internal sealed record LoweredImport(string Interface, string Function, CoreExport? Memory, CoreExport? Realloc)
    : CoreItem;
