// Runs test projects that are built already, adds up their totals, and fails when a test failed, a run broke, or nothing
// was tested.

using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Core;

namespace FireAndForget.Build.Runners;

internal sealed class TestRunner(BuildContext context, TestTotals totals)
{
    // The testing platform's exit code for a run in which there was no test to run.
    private const int NoTestsRan = 8;

    // As tests/Shared/NightlyAttribute.cs marks them.
    private static readonly string[] WithoutNightly = ["--filter-not-trait", "Category=Nightly"];

    /// <summary>
    /// Runs the projects at the same time, all of them, whatever the first ones give, without the tests for each night. Many tests wait,
    /// and some use one thread, so that one project alone leaves processors idle. What a project writes comes when it has ended.
    /// </summary>
    /// <exception cref="CakeException">Something failed; the message says what, for each project.</exception>
    public void Run(params IEnumerable<TestProject> projects) => RunEach(projects, WithoutNightly);

    /// <summary>As <see cref="Run"/>, with the long matrices that run each night.</summary>
    /// <exception cref="CakeException">Something failed; the message says what, for each project.</exception>
    public void RunWithNightly(params IEnumerable<TestProject> projects) => RunEach(projects, []);

    /// <summary>As <see cref="RunWithNightly"/>; a directory gets each project's coverage, as <c>NAME.cobertura.xml</c>.</summary>
    /// <exception cref="CakeException">Something failed; the message says what, for each project.</exception>
    public void RunWithCoverage(IEnumerable<TestProject> projects, string coverageDirectory) =>
        RunEach(
            projects,
            [],
            project =>
                [
                    "--coverage",
                    "--coverage-output-format",
                    "cobertura",
                    "--coverage-output",
                    Path.Combine(coverageDirectory, $"{project.Name}.cobertura.xml"),
                ]
        );

    private void RunEach(
        IEnumerable<TestProject> projects,
        IReadOnlyList<string> filter,
        Func<TestProject, IEnumerable<string>>? options = null
    )
    {
        string directory = context.Artifacts.Combine("test-results").FullPath;
        context.EnsureDirectoryExists(directory);
        (TestProject Project, Task<TestRun> Run)[] runs =
        [
            .. projects.Select(project =>
            {
                context.Information("Running {0}", project.File);
                string[] arguments = [.. filter, .. options?.Invoke(project) ?? []];
                return (project, Task.Run(() => Run(project, directory, arguments)));
            }),
        ];

        List<string> problems = [];
        foreach ((TestProject project, Task<TestRun> running) in runs)
        {
            TestRun run = running.GetAwaiter().GetResult();
            foreach (string line in run.Lines)
            {
                Console.WriteLine(line);
            }

            if (Judge(project, run) is { } problem)
            {
                problems.Add(problem);
            }
        }

        if (problems.Count > 0)
        {
            throw new CakeException(string.Join('\n', problems));
        }
    }

    private TestRun Run(TestProject project, string directory, IReadOnlyList<string> options)
    {
        string reportName = $"{project.Name}.ctrf.json";
        string reportFile = Path.Combine(directory, reportName);
        File.Delete(reportFile);

        // dotnet test talks to the test program in one way, whichever command line the program itself understands.
        (int exitCode, IReadOnlyList<string> lines) = context.DotNet.RunAndKeepOutput([
            "test",
            "--project",
            project.File,
            "--configuration",
            context.BuildConfiguration,
            "--no-build",
            "--results-directory",
            directory,
            "--report-ctrf",
            "--report-ctrf-filename",
            reportName,
            .. options,
        ]);
        return new(exitCode, lines, TestReport.Read(reportFile) ?? new TestReport(0, 0, 0, []));
    }

    /// <summary>Adds a run to the totals.</summary>
    /// <returns>What failed, or null.</returns>
    private string? Judge(TestProject project, TestRun run)
    {
        TestReport report = run.Report;
        bool testsRan = report.Passed + report.Failed > 0;

        // A run that broke without saying at which test counts as one failure, so that the totals never look clean.
        bool broke = run.ExitCode != 0 && report.Failed == 0 && run.ExitCode != NoTestsRan;
        totals.Add(report.Passed, report.Failed + (broke ? 1 : 0), report.Skipped);

        return report switch
        {
            { Failed: > 0 } =>
                $"{project.Name}: {report.Failed} failed, see above:\n  {string.Join("\n  ", report.FailedTests)}",
            _ when broke =>
                $"{project.Name}: the run ended with exit code {run.ExitCode} without a failed test; see above.",
            _ when !testsRan => $"{project.Name}: no test ran. A test project without tests tests nothing.",
            _ => null,
        };
    }

    private sealed record TestRun(int ExitCode, IReadOnlyList<string> Lines, TestReport Report);
}
