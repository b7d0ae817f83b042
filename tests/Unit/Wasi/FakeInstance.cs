using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Tests.Wasi;

/// <summary>An instance of which only the store, the memory, and what it is at are there.</summary>
internal sealed class FakeInstance(Store? store = null) : IImportingInstance
{
    public Store Store => store ?? throw new NotSupportedException();

    public long Running { get; set; }

    /// <summary>The memory of each function, where there is one.</summary>
    public GuestMemory? Memory { get; init; }

    /// <summary>How often it was counted what the host spent for the guest.</summary>
    public int Spent { get; private set; }

    public GuestMemory MemoryOf(CoreExport export) => Memory ?? throw new NotSupportedException();

    public Func<int, int, int, int, int> ReallocOf(CoreExport export) => throw new NotSupportedException();

    public GuestMemory MemoryOf(CoreExport export, Caller caller) => throw new NotSupportedException();

    public void RefuseWhereNotAllowed(string import) => throw new NotSupportedException();

    public void SetMayLeave(bool may) => throw new NotSupportedException();

    public void Spend(ref long since) => Spent++;
}
