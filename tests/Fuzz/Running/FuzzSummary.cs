using System.Globalization;

namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>The closing lines of a search.</summary>
internal static class FuzzSummary
{
    public static IEnumerable<string> Lines(FuzzSettings settings, IReadOnlyList<AreaResult> results)
    {
        yield return Row("area", "executions", "per second", "taken", "clean errors", "findings");
        foreach (AreaResult result in results)
        {
            yield return Row(
                result.Area,
                Whole(result.Executions),
                Whole(result.Seconds > 0 ? result.Executions / result.Seconds : 0),
                Whole(result.Taken),
                Whole(result.Refused),
                Whole(result.Findings)
            );
        }

        foreach (AreaResult result in results.Where(r => r.Generated > 0))
        {
            yield return $"{result.Area}: {Whole(result.GeneratedTaken)} of {Whole(result.Generated)} generated inputs that were not damaged were taken.";
        }

        long executions = results.Sum(r => r.Executions);
        int findings = results.Sum(r => r.Findings);
        string searched = $"Fuzz: seed {settings.Seed}, {Whole(executions)} executions";
        yield return findings == 0
            ? $"{searched}, no finding."
            : $"{searched}, {findings} findings; {settings.Output} holds each input and how to replay it.";
    }

    private static string Row(string area, params string[] cells) =>
        $"{area, -10}{string.Concat(cells.Select(cell => $"{cell, 14}"))}";

    private static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
