using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>A host function that a core module imports by itself: one of <see cref="CoreImports"/>.</summary>
internal sealed record HostImport(string Module, string Function) : CoreItem;

/// <summary>Stands in a plan for a handler that the guest does not have. It is never called.</summary>
internal sealed record NoHandler : CoreItem;

/// <summary>A host function lowered for a component (<c>canon lower</c>), strings in UTF-8.</summary>
/// <param name="Interface">The imported interface, as the component names it.</param>
/// <param name="Function">The function's name in it.</param>
/// <param name="Memory">The memory through which lists and strings pass, where the function has any.</param>
/// <param name="Realloc">The function that gives room in that memory, where the host hands any back.</param>
internal sealed record LoweredImport(string Interface, string Function, CoreExport? Memory, CoreExport? Realloc)
    : CoreItem
{
    /// <summary>Whether it answers at once, with a subtask where what it does takes time.</summary>
    public bool IsAsync { get; init; }

    /// <summary>The type of the stream that it takes or gives; null where there is none.</summary>
    public ChannelType? Stream { get; init; }

    /// <summary>The type of the future that it takes or gives; null where there is none.</summary>
    public ChannelType? Future { get; init; }
}

/// <summary>
/// The function <c>(handle: i32) -> ()</c> that gives back a handle to a resource of an imported interface.
/// </summary>
/// <param name="Interface">The interface that defines the resource, as the component names it.</param>
/// <param name="Resource">The resource's name in it.</param>
internal sealed record ResourceDrop(string Interface, string Resource) : CoreItem;

/// <summary>In place of a function of another component within the guest that does nothing but trap.</summary>
/// <param name="Number">Tells those of one plan apart, which differ in their types.</param>
internal sealed record TrappingFunction(int Number) : CoreItem;

/// <summary>The function <c>() -> ()</c> that traps because a guest's <c>malloc</c> gave no room for what the host hands over.</summary>
internal sealed record MallocFailure : CoreItem;
