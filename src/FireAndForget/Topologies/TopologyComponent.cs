namespace FireAndForget;

/// <summary>A component of a topology.</summary>
public sealed class TopologyComponent
{
    internal TopologyComponent(string id, ComponentSource source, ComponentOptions options)
    {
        Id = id;
        Source = source;
        Options = options;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its file, found from the topology's folder.</summary>
    public ComponentSource Source { get; }

    /// <summary>What it may do, accepts and may use. It may be changed until the topology is added to a host, which copies it.</summary>
    public ComponentOptions Options { get; }
}
