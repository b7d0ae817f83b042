namespace FireAndForget.Orleans;

/// <summary>What a silo hosts, and what became of the messages that were sent there.</summary>
public sealed record ClusterHostStatus
{
    /// <summary>The silo's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The silo's address and generation, such as <c>127.0.0.1:11111@153</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>What the cluster's membership says of it, such as <c>Active</c>; <c>unreachable</c> where it does not answer.</summary>
    public string State { get; init; } = "";

    /// <summary>The ids of its components.</summary>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>The ids of its endpoints.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>What became of the messages that were sent on this silo, wherever their receivers were.</summary>
    public HostStatistics Statistics { get; init; } = new();
}
