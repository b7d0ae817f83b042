namespace FireAndForget;

/// <summary>What became of all sends of a host, since it was made; components that were removed are in it.</summary>
public sealed record HostStatistics : MessageStatistics
{
    /// <summary>Sends that were refused.</summary>
    public long Refused { get; init; }

    /// <summary>All sends, whoever made them: accepted and refused.</summary>
    public long Sent => Accepted + Refused;
}
