// The part of a test report in the Common Test Report Format (ctrf.io) that decides about a build: the totals and the
// names of the tests that failed.

using System.Text.Json;

namespace FireAndForget.Build.Runners;

internal sealed record TestReport(int Passed, int Failed, int Skipped, IReadOnlyList<string> FailedTests)
{
    /// <summary>Reads a report; null when there is none, because the tests ended before they could write it.</summary>
    /// <exception cref="JsonException">The file is no report.</exception>
    public static TestReport? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement results = document.RootElement.GetProperty("results");
        JsonElement summary = results.GetProperty("summary");
        return new TestReport(
            summary.GetProperty("passed").GetInt32(),
            summary.GetProperty("failed").GetInt32(),
            summary.GetProperty("skipped").GetInt32() + summary.GetProperty("pending").GetInt32(),
            [
                .. results
                    .GetProperty("tests")
                    .EnumerateArray()
                    .Where(test => test.GetProperty("status").GetString() == "failed")
                    .Select(test => test.GetProperty("name").GetString() ?? "(no name)"),
            ]
        );
    }
}
