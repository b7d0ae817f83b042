namespace FireAndForget;

/// <summary>A component of a topology.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">Its file, found from the topology's folder.</param>
/// <param name="Options">What it may do, accepts and may use.</param>
public sealed record TopologyComponent(string Id, ComponentSource Source, ComponentOptions Options);
