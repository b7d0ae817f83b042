// One small file that asks for much, as it is stored under docs/containment.

namespace FireAndForget.Reporting;

/// <summary>What <c>faf</c> did with a small file that asks for much, and what it took for that.</summary>
public sealed record BombRow
{
    /// <summary>The file's name.</summary>
    public required string Bomb { get; init; }

    /// <summary>What is in it, or what it does.</summary>
    public required string Does { get; init; }

    /// <summary>The commit that <c>faf</c> was built from.</summary>
    public required string Commit { get; init; }

    /// <summary>The file's bytes; null where it has no end.</summary>
    public long? FileBytes { get; init; }

    /// <summary>How long the process lasted, its start included.</summary>
    public required double Seconds { get; init; }

    /// <summary>The most memory that the process had resident, in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>How it ended.</summary>
    public required BombEnd End { get; init; }

    /// <summary>What faf said was wrong or, where nothing was, what became of the messages.</summary>
    public required string Why { get; init; }
}
