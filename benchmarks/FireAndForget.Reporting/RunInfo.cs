// Where, when and with what a run was made: without it the figures say nothing.

namespace FireAndForget.Reporting;

/// <summary>The circumstances of a run.</summary>
public sealed record RunInfo
{
    /// <summary>The name of the file that holds it, without the extension.</summary>
    public const string FileName = "run";

    /// <summary>When it was started, in UTC, to the minute.</summary>
    public required string Date { get; init; }

    /// <summary>The commit that was measured.</summary>
    public required string Commit { get; init; }

    /// <summary>Whether it was a quick look.</summary>
    public required bool IsQuick { get; init; }

    /// <summary>What spoke against measuring on this machine at that time; empty where nothing did.</summary>
    public required IReadOnlyList<string> Unfit { get; init; }

    /// <summary>The processor.</summary>
    public required string Processor { get; init; }

    /// <summary>How many processors the run could use.</summary>
    public required int Processors { get; init; }

    /// <summary>The operating system.</summary>
    public required string System { get; init; }

    /// <summary>The versions of the runtime and the packages that matter, by their names.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>The rows of the table that a page shows of it.</summary>
    internal IEnumerable<(string What, string Value)> Rows() =>
        [
            ("date (UTC)", Date),
            ("commit", $"`{Commit}`"),
            ("processor", $"{Processor}, {Processors} cores"),
            ("system", System),
            .. Versions.Select(v => (v.Key, v.Value)),
        ];
}
