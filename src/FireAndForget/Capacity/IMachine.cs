namespace FireAndForget.Capacity;

/// <summary>What the machine on which the host runs has left.</summary>
internal interface IMachine
{
    /// <summary>Looks, which takes time: the more, the more is loaded.</summary>
    IReadOnlyList<MachineResource> Look();
}
