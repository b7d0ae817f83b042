using Wasmtime;

namespace FireAndForget.Guests.Calls;

/// <summary>
/// An instance of a guest that tells which message it handles, so that what is bounded for each message can be counted.
/// </summary>
internal interface IRunning
{
    /// <summary>
    /// A number that identifies what the guest runs now: it is another one for each message, and for the instantiation. Counts that
    /// are bounded for each message start anew when it changes.
    /// </summary>
    long Running { get; }
}

/// <summary>What a guest's instance offers to the host functions that it imports.</summary>
internal interface IImportingInstance : IRunning
{
    Store Store { get; }

    GuestMemory MemoryOf(CoreExport export);

    /// <summary>
    /// Finds the memory as <see cref="MemoryOf(CoreExport)"/> does, for a function that the instance of the memory may call while
    /// it is instantiated itself.
    /// </summary>
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
