using Wasmtime;

namespace FireAndForget.Guests.Calls;

/// <summary>An instance of a guest, asked what it is at.</summary>
internal interface IRunning
{
    /// <summary>What runs now: another number for each message, and while the guest is instantiated.</summary>
    long Running { get; }
}

/// <summary>What a guest's instance offers to the host functions that it imports.</summary>
internal interface IImportingInstance : IRunning
{
    Store Store { get; }

    GuestMemory MemoryOf(CoreExport export);

    /// <summary>As the other, for a function that the memory's own instance may call while it is instantiated.</summary>
    GuestMemory MemoryOf(CoreExport export, Caller caller);

    /// <summary>The function <c>(old, old-size, align, new-size) -> pointer</c> that gives room in a memory.</summary>
    Func<int, int, int, int, int> ReallocOf(CoreExport export);

    /// <summary>Traps a guest that calls an import while realloc or post-return run.</summary>
    void RefuseWhereNotAllowed(string import);

    /// <summary>Says whether the guest may call its imports.</summary>
    void SetMayLeave(bool may);

    /// <summary>
    /// Counts the time that the host spent for the guest since a time stamp, which it moves on; traps where the budget is used up
    /// or the host stops.
    /// </summary>
    void Spend(ref long since);
}
