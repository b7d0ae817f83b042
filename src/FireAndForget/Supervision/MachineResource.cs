namespace FireAndForget.Supervision;

/// <summary>Something of which a machine gives a process only so much, as it is just now.</summary>
/// <param name="Name">What it is, for an error: "the kernel's limit of memory mappings".</param>
/// <param name="Remedy">What to change to have more of it.</param>
/// <param name="Used">How much is used.</param>
/// <param name="Limit">How much there is.</param>
/// <param name="PerMemory">What one linear memory of a guest takes at most, with what belongs to it.</param>
/// <param name="Reserve">What is left free, for .NET itself and for what is loaded already.</param>
internal sealed record MachineResource(string Name, string Remedy, long Used, long Limit, long PerMemory, long Reserve)
{
    /// <summary>For how many linear memories there is room.</summary>
    public long Room => Math.Max(0, Limit - Reserve - Used) / PerMemory;
}
