namespace FireAndForget.Routing;

/// <summary>What a sender has used of its rate and quota.</summary>
internal readonly record struct SendUsage
{
    /// <summary>Tokens that its bucket lacks.</summary>
    public double MissingTokens { get; init; }

    /// <summary>Messages of this window.</summary>
    public long Messages { get; init; }

    /// <summary>Bytes of this window.</summary>
    public long Bytes { get; init; }

    /// <summary>How long the window goes on.</summary>
    public TimeSpan WindowLeft { get; init; }
}
