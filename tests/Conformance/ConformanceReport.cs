using System.Text.RegularExpressions;

namespace FireAndForget.Tests.Conformance;

/// <summary>
/// Counts verdicts and keeps what is to be looked at. Where the library says something else than the suite, Wasmtime is asked: what it
/// says, too, with the same settings, is a matter of the engine, such as a proposal that is off. Everything else is a finding.
/// </summary>
internal sealed class ConformanceReport(IReadOnlyList<Case> cases)
{
    private readonly Dictionary<string, Counts> _counts = Suite.All.ToDictionary(s => s.Name, _ => new Counts());
    private readonly List<string> _findings = [];
    private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);

    /// <summary>Whether anything differs that the engine does not account for.</summary>
    public bool HasFindings => _findings.Count != 0;

    public void Add(Verdict verdict)
    {
        Case about = cases[verdict.Index];
        Counts counts = _counts[about.Suite];
        bool isTaken = verdict.Refusal is null;
        if (isTaken == about.IsValid)
        {
            _ = isTaken ? counts.Taken++ : counts.Refused++;
        }
        else if (isTaken == verdict.EngineRefusal is null)
        {
            _ = isTaken ? counts.EngineTakes++ : counts.EngineRefuses++;
            if (!isTaken)
            {
                _refusals[Kind(verdict.Refusal!)] = _refusals.GetValueOrDefault(Kind(verdict.Refusal!)) + 1;
            }
        }
        else
        {
            counts.Wrong++;
            _findings.Add(
                $"{about.Suite}: {about.Script}: the suite says {(about.IsValid ? "valid" : "invalid")}, the library "
                    + $"{verdict.Refusal ?? "takes it"}, Wasmtime {verdict.EngineRefusal ?? "takes it"}"
            );
        }

        if (verdict.Runs.Count != 0)
        {
            counts.Ran++;
            if (verdict.Runs.Distinct().Count() != 1)
            {
                counts.Wrong++;
                _findings.Add(
                    $"{about.Suite}: {about.Script}: the runtimes differ: {string.Join(" / ", verdict.Runs)}"
                );
            }
        }
    }

    /// <summary>A case ended its process, or did not end.</summary>
    public void AddEnd(int index, string how)
    {
        Case about = cases[index];
        _counts[about.Suite].Wrong++;
        _findings.Add($"{about.Suite}: {about.Script}: {how}");
    }

    /// <summary>Writes the table of docs/testing.md and what is behind it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="suites">The folder of all checkouts.</param>
    /// <param name="unread">The scripts that could not be converted.</param>
    public void Write(TextWriter output, string suites, IReadOnlyList<string> unread)
    {
        output.WriteLine();
        output.WriteLine(
            "| suite | commit | files | valid, taken | invalid, refused | valid, refused as by Wasmtime | invalid, taken as by Wasmtime | differs | modules run on both runtimes |"
        );
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (Suite suite in Suite.All)
        {
            Counts c = _counts[suite.Name];
            int files = c.Taken + c.Refused + c.EngineRefuses + c.EngineTakes + c.Wrong;
            output.WriteLine(
                $"| {suite.Name} | {suite.Commit(suites)} | {files} | {c.Taken} | {c.Refused} | {c.EngineRefuses} | {c.EngineTakes} | {c.Wrong} | {c.Ran} |"
            );
        }

        WriteList(output, "Valid files that are refused, by reason:", _refusals.Select(r => $"{r.Value} x {r.Key}"));
        WriteList(output, "Scripts that wasm-tools does not convert:", unread);
        WriteList(output, "Findings:", _findings);
        output.WriteLine();
        output.WriteLine(HasFindings ? $"{_findings.Count} findings." : "No findings.");
    }

    /// <summary>A refusal without what differs from file to file: numbers and quoted names.</summary>
    private static string Kind(string refusal) => Regex.Replace(refusal, "'[^']*'|`[^`]*`|0x[0-9a-f]+|[0-9]+", "…");

    private static void WriteList(TextWriter output, string head, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(head);
        foreach (string line in all)
        {
            output.WriteLine($"  {line.ReplaceLineEndings(" ")}");
        }
    }

    private sealed class Counts
    {
        public int Taken { get; set; }

        public int Refused { get; set; }

        public int EngineRefuses { get; set; }

        public int EngineTakes { get; set; }

        public int Wrong { get; set; }

        public int Ran { get; set; }
    }
}
