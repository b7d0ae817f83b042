namespace FireAndForget.Routing;

/// <summary>What a sender has used of its rate and quota.</summary>
internal readonly record struct SendUsage
{
    /// <summary>The tokens that are missing from its bucket.</summary>
    public double MissingTokens { get; init; }

    /// <summary>The messages that were sent in this window.</summary>
    public long Messages { get; init; }

    /// <summary>The bytes that were sent in this window.</summary>
    public long Bytes { get; init; }

    /// <summary>The time until the window ends.</summary>
    public TimeSpan WindowLeft { get; init; }
}
