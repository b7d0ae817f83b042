// The part of Stryker's report (the mutation testing report schema, JSON) that decides about a build, and its summary.

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FireAndForget.Build.Runners;

internal sealed record MutationReport(IReadOnlyList<Mutant> Mutants)
{
    private const int Shown = 90;

    /// <summary>Mutants that died or survived; not those that do not compile or were not asked for.</summary>
    public int Tested => Mutants.Count(m => m.IsDead || m.IsAlive);

    public IReadOnlyList<Mutant> Survivors => [.. Mutants.Where(m => m.IsAlive)];

    /// <summary>How many of a hundred died.</summary>
    public double Score => ScoreOf(Mutants);

    /// <exception cref="JsonException">The file is no report.</exception>
    public static MutationReport Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        List<Mutant> mutants = [];
        foreach (JsonProperty file in document.RootElement.GetProperty("files").EnumerateObject())
        {
            string[] lines = file.Value.GetProperty("source").GetString()!.Split('\n');
            foreach (JsonElement mutant in file.Value.GetProperty("mutants").EnumerateArray())
            {
                JsonElement location = mutant.GetProperty("location");
                int line = location.GetProperty("start").GetProperty("line").GetInt32();
                mutants.Add(
                    new(
                        ShortName(file.Name),
                        line,
                        mutant.GetProperty("mutatorName").GetString()!,
                        mutant.GetProperty("status").GetString()!,
                        lines[line - 1].Trim(),
                        mutant.TryGetProperty("replacement", out JsonElement text) ? text.GetString()! : ""
                    )
                );
            }
        }

        return new(mutants);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Mutants");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Score:0.00} % of {Tested} mutants were killed; {Survivors.Count} survived."
        );
        text.AppendLine();
        text.AppendLine("| file | killed | survived | % |");
        text.AppendLine("|---|---:|---:|---:|");
        foreach (
            IGrouping<string, Mutant> file in Mutants.GroupBy(m => m.File).OrderBy(f => f.Key, StringComparer.Ordinal)
        )
        {
            if (file.Any(m => m.IsDead || m.IsAlive))
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {file.Key} | {file.Count(m => m.IsDead)} | {file.Count(m => m.IsAlive)} | {ScoreOf(file):0.0} |"
                );
            }
        }

        text.AppendLine();
        text.AppendLine("## Survivors");
        text.AppendLine();
        if (Survivors.Count == 0)
        {
            text.AppendLine("None.");
        }
        else
        {
            text.AppendLine("| where | what | the line | became |");
            text.AppendLine("|---|---|---|---|");
        }

        foreach (Mutant mutant in Survivors.OrderBy(m => m.File, StringComparer.Ordinal).ThenBy(m => m.Line))
        {
            string what = mutant.Status == "NoCoverage" ? $"{mutant.Mutator}, reached by no test" : mutant.Mutator;
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {mutant.File}:{mutant.Line} | {what} | {Code(mutant.Original)} | {Code(mutant.Replacement)} |"
            );
        }

        return text.ToString();
    }

    private static double ScoreOf(IEnumerable<Mutant> mutants)
    {
        int dead = mutants.Count(m => m.IsDead);
        int all = mutants.Count(m => m.IsDead || m.IsAlive);
        return all == 0 ? 0 : 100.0 * dead / all;
    }

    private static string Code(string code)
    {
        string line = string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = line.Length <= Shown ? line : $"{line[..Shown]}...";
        return $"`{line.Replace("|", "\\|", StringComparison.Ordinal).Replace('`', '\'')}`";
    }

    private static string ShortName(string file)
    {
        string path = file.Replace('\\', '/');
        int start = path.IndexOf("src/", StringComparison.Ordinal);
        return start < 0 ? path : path[start..];
    }
}
