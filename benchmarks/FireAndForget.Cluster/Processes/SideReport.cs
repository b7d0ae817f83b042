// What a process that is measured answers to a command: one line of JSON.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace FireAndForget.Cluster.Processes;

/// <summary>A report; what a command does not tell is null or 0.</summary>
internal sealed record SideReport
{
    private const string Prefix = "@ ";

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>Why the command could not be done.</summary>
    public string? Error { get; init; }

    public string? Text { get; init; }

    /// <summary>When something began and ended, by the clock that all processes of a machine share, in its ticks.</summary>
    public long Start { get; init; }

    public long End { get; init; }

    /// <summary>How many messages have arrived here, or were sent.</summary>
    public long Messages { get; init; }

    /// <summary>The processor time of the process, of users and of the system.</summary>
    public double ProcessorNanoseconds { get; init; }

    public long AllocatedBytes { get; init; }

    public long ManagedBytes { get; init; }

    public long ResidentBytes { get; init; }

    /// <summary>What this silo has sent to others, as Orleans counts it.</summary>
    public long SentBytes { get; init; }

    /// <summary>Single times in nanoseconds, by what they are of.</summary>
    public Dictionary<string, double[]>? Times { get; init; }

    public string ToLine() => Prefix + JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a line; null: it is none of these, but something that a library has written.</summary>
    public static SideReport? FromLine(string line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<SideReport>(line.AsSpan(Prefix.Length), Json)
            : null;
}
