using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace FireAndForget.Tests.Exploring;

/// <summary>
/// Runs a scenario under many schedules: one for each seed, or all those of few switches. A failure says how to run its schedule
/// again, and what the threads did last.
/// </summary>
/// <remarks>
/// The environment variable <c>Schedules_Runs</c> says how many seeds instead of the test's own number, <c>Schedules_Seed</c> where they
/// start instead of at 1, <c>Schedules_Switches</c> how many switches instead of the test's own number.
/// </remarks>
internal static class Explorer
{
    private const int ShownSteps = 120;

    /// <summary>A collection in the middle of a run would let it see its late writes; so there is one now and then between runs.</summary>
    private const long BytesBetweenCollections = 2 << 20;

    /// <summary>The assumed number of steps of a run before the first one has shown it.</summary>
    private const int MostlyEnough = 256;

    private static long _collectedAt = long.MinValue;

    /// <summary>Runs a scenario.</summary>
    /// <param name="runs">How many schedules, where nobody says otherwise.</param>
    /// <param name="scenario">The scenario, which runs on a thread of the schedule.</param>
    public static void Explore(int runs, Action scenario)
    {
        runs = Setting("Schedules_Runs", runs);
        int first = Setting("Schedules_Seed", 1);
        long steps = 0;
        Stopwatch time = Stopwatch.StartNew();
        // How long a run is, for the schedules that switch at a few moments of it.
        int length = Run(new SeededOrder(seed: 0, MostlyEnough), scenario).Steps;
        for (int seed = first; seed != first + runs; seed++)
        {
            Schedule schedule = Run(new SeededOrder(seed, length), scenario);
            steps += schedule.Steps;
            if (schedule.Failure is { } failure)
            {
                Fail(failure, $"Schedules_Seed={seed} Schedules_Runs=1 ", new SeededOrder(seed, length), scenario);
            }
        }

        Report(runs, steps, time);
    }

    /// <summary>
    /// Runs a small scenario under all schedules in which at most so many times another thread goes on although the one that runs
    /// could; those with fewer come first.
    /// </summary>
    /// <param name="switches">So many, where nobody says otherwise.</param>
    /// <param name="scenario">The scenario, which runs on a thread of the schedule.</param>
    public static void ExploreAll(int switches, Action scenario)
    {
        switches = Setting("Schedules_Switches", switches);
        int runs = 0;
        long steps = 0;
        Stopwatch time = Stopwatch.StartNew();
        Queue<FewSwitchesOrder> orders = new([new(isLate: true, []), new(isLate: false, [])]);
        while (orders.TryDequeue(out FewSwitchesOrder? order))
        {
            Schedule schedule = Run(order, scenario);
            runs++;
            steps += schedule.Steps;
            if (schedule.Failure is { } failure)
            {
                Fail($"{failure} ({order})", "", new FewSwitchesOrder(order.IsLate, order.Switches), scenario);
            }

            for (
                int moment = order.Switches.LastOrDefault(-1) + 1;
                order.Switches.Length < switches && moment < order.Moments;
                moment++
            )
            {
                orders.Enqueue(new(order.IsLate, [.. order.Switches, moment]));
            }
        }

        Report(runs, steps, time);
    }

    private static Schedule Run(Order order, Action scenario, bool isTraced = false)
    {
        if (GC.GetTotalAllocatedBytes() - BytesBetweenCollections > _collectedAt)
        {
            GC.Collect();
            _collectedAt = GC.GetTotalAllocatedBytes();
        }

        Schedule schedule = new(order, isTraced);
        schedule.Run(scenario);
        return schedule;
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    private static void Report(int runs, long steps, Stopwatch time) =>
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{runs} schedules, {steps / runs} steps each on average, {time.ElapsedMilliseconds} ms"
        );

    private static void Fail(string failure, string settings, Order order, Action scenario)
    {
        Schedule again = Run(order, scenario, isTraced: true);
        string method = TestContext.Current.TestMethod?.MethodName ?? "?";
        string before = "";
        // Threads that wait for each other, or look again and again, would fill it.
        IEnumerable<string> trace = again.Trace.Where(step =>
            !step.EndsWith(" yields", StringComparison.Ordinal) && before != (before = step)
        );
        Assert.Fail(
            $"""
            {failure}

            Again: {settings}dotnet run --project tests/Schedules -c Release -- -method "*.{method}"
            {(again.Failure is null ? "The same schedule did not fail a second time." : "The last steps:")}
            {string.Join('\n', trace.TakeLast(ShownSteps))}
            """
        );
    }
}
