using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace FireAndForget.Tests.Exploring;

/// <summary>
/// Runs a scenario under many schedules, one for each seed. A failure says how to run its schedule again, and what the threads
/// did last.
/// </summary>
/// <remarks>
/// The environment variable <c>Schedules_Runs</c> says how many instead of the test's own number, <c>Schedules_Seed</c> where the seeds
/// start instead of at 1.
/// </remarks>
internal static class Explorer
{
    private const int ShownSteps = 120;

    /// <summary>A collection in the middle of a run would let it see its late writes; so there is one now and then between runs.</summary>
    private const long BytesBetweenCollections = 2 << 20;

    /// <summary>Steps, where nobody knows yet how long a run is.</summary>
    private const int MostlyEnough = 256;

    /// <summary>Runs a scenario.</summary>
    /// <param name="runs">How many schedules, where nobody says otherwise.</param>
    /// <param name="scenario">The scenario, which runs on a thread of the schedule.</param>
    public static void Explore(int runs, Action scenario)
    {
        runs = Setting("Schedules_Runs", runs);
        int first = Setting("Schedules_Seed", 1);
        long steps = 0;
        long collectedAt = long.MinValue;
        Stopwatch time = Stopwatch.StartNew();
        // How long a run is, for the schedules that switch at a few moments of it.
        int length = Run(seed: 0, MostlyEnough, isTraced: false, scenario).Steps;
        for (int seed = first; seed != first + runs; seed++)
        {
            if (GC.GetTotalAllocatedBytes() - BytesBetweenCollections > collectedAt)
            {
                GC.Collect();
                collectedAt = GC.GetTotalAllocatedBytes();
            }

            Schedule schedule = Run(seed, length, isTraced: false, scenario);
            steps += schedule.Steps;
            if (schedule.Failure is { } failure)
            {
                Assert.Fail(Describe(seed, failure, Run(seed, length, isTraced: true, scenario)));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{runs} schedules, {steps / runs} steps each on average, {time.ElapsedMilliseconds} ms"
        );
    }

    private static Schedule Run(int seed, int length, bool isTraced, Action scenario)
    {
        Schedule schedule = new(seed, length, isTraced);
        schedule.Run(scenario);
        return schedule;
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    private static string Describe(int seed, string failure, Schedule again)
    {
        string method = TestContext.Current.TestMethod?.MethodName ?? "?";
        // Threads that wait for each other would fill it.
        IEnumerable<string> trace = again.Trace.Where(step => !step.EndsWith(" yields", StringComparison.Ordinal));
        return $"""
            {failure}

            Again: Schedules_Seed={seed} Schedules_Runs=1 dotnet run --project tests/Schedules -c Release -- -method "*.{method}"
            {(again.Failure is null ? "The same seed did not fail a second time." : "The last steps:")}
            {string.Join('\n', trace.TakeLast(ShownSteps))}
            """;
    }
}
