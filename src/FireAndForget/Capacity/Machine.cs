namespace FireAndForget.Capacity;

/// <summary>What the machine on which the host runs has left.</summary>
internal interface IMachine
{
    /// <summary>Looks at the machine, which takes longer the more guests are loaded.</summary>
    IReadOnlyList<MachineResource> Look();
}

/// <summary>What is about to be loaded, as far as machines set limits to it.</summary>
/// <param name="Memories">How many linear memories it has; a heap of objects is one, and the courier's memory.</param>
/// <param name="Modules">How many pieces of compiled code are mapped for it.</param>
internal readonly record struct MachineNeed(int Memories, int Modules);

/// <summary>Something of which a machine gives a process a limited amount, at the moment of a look.</summary>
/// <param name="Name">What it is, for an error: "the kernel's limit of memory mappings".</param>
/// <param name="Remedy">What to change to have more of it.</param>
/// <param name="Used">How much is used.</param>
/// <param name="Limit">How much there is.</param>
/// <param name="PerMemory">What one linear memory of a guest takes at most, with what belongs to it.</param>
/// <param name="Reserve">What is left free, for .NET itself and for what is loaded already.</param>
/// <param name="PerModule">What one piece of compiled code takes at most, whatever its size.</param>
internal sealed record MachineResource(
    string Name,
    string Remedy,
    long Used,
    long Limit,
    long PerMemory,
    long Reserve,
    long PerModule = 0
)
{
    /// <summary>How much of it may still be taken.</summary>
    public long Free => Math.Max(0, Limit - Reserve - Used);

    /// <summary>How much a load takes of it at most.</summary>
    public long TakenBy(MachineNeed need) => (need.Memories * PerMemory) + (need.Modules * PerModule);
}
