// Runs Stryker on what tests/Unit/stryker-config.json names, writes a summary with the survivors beside Stryker's own report, and
// fails when too many survive. First it lets Stryker kill mutants that are known to die.

using System.Globalization;
using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Core;

namespace FireAndForget.Build.Runners;

internal sealed class MutationRunner(BuildContext context)
{
    private const double LeastScore = 95;

    // Makes the test program without the tests of folders that are not mutated, lets it end with the first test that fails, and tries each
    // property ten times: a mutant that only the hundredth run of a property would kill lacks a test of its own, and each mutant would
    // pay for the others.
    private static readonly Dictionary<string, string> Fewer = new()
    {
        ["MutationTests"] = "true",
        ["CsCheck_Iter"] = "10",
    };

    private readonly string _directory = context.Artifacts.Combine("mutation").FullPath;

    public void Run()
    {
        context.EnsureDirectoryExists(_directory);
        context.CleanDirectory(_directory);
        context.DotNet.RunOrFail(
            "Stryker comes from .config/dotnet-tools.json; see above what stood in the way.",
            "tool",
            "restore"
        );

        CheckKnownMutants();
        MutationReport report = RunStryker("tests/Unit", _directory, Fewer);
        string summary = Path.Combine(_directory, "summary.md");
        File.WriteAllText(summary, report.ToMarkdown());
        string score = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Score:0.00} % of {report.Tested} mutants were killed, {report.Survivors.Count} survived"
        );
        context.Information("{0}; see {1}.", score, summary);
        if (report.Score < LeastScore)
        {
            throw new CakeException(
                $"{score}; at least {LeastScore} % must die. Each survivor is in {summary}: write the test that would "
                    + "have caught it as a bug, or say in docs/testing.md why it is none."
            );
        }
    }

    private void CheckKnownMutants()
    {
        MutationReport known = RunStryker(
            "tests/KnownMutant/Tests",
            Path.Combine(_directory, "known"),
            DotNetRunner.NoVariables
        );
        if (known.Tested == 0 || known.Survivors.Count != 0)
        {
            throw new CakeException(
                $"Of {known.Tested} mutants in tests/KnownMutant, which its tests do kill, {known.Survivors.Count} "
                    + "survived: Stryker does not reach the tests, and its scores mean nothing. See that it runs with "
                    + "the test runner mtp, and look at the versions of dotnet-stryker and xunit.v3."
            );
        }

        context.Information("All {0} known mutants were killed: Stryker reaches the tests.", known.Tested);
    }

    private MutationReport RunStryker(string project, string output, IReadOnlyDictionary<string, string> environment)
    {
        int exitCode = context.DotNet.RunIn(
            context.Root.Combine(project),
            environment,
            "stryker",
            "--test-runner",
            "mtp",
            "--reporter",
            "html",
            "--reporter",
            "json",
            "--output",
            output,
            "--skip-version-check"
        );
        string file = Path.Combine(output, "reports", "mutation-report.json");
        return exitCode == 0 && File.Exists(file)
            ? MutationReport.Read(file)
            : throw new CakeException(
                $"Stryker ended with exit code {exitCode} in {project}; what stood in its way is listed above."
            );
    }
}
