using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Random components of the receiver's type in both runtimes; <c>Smith/README.md</c> says how they are made.</summary>
public class SmithTests
{
    private static readonly int[] Sizes = [0, 1, 7, 64, 1000, 70_000];

    /// <summary>What some messages have to become; no guest runs without end.</summary>
    private static readonly Outcome[] Outcomes = [Outcome.Handled, Outcome.Rejected, Outcome.Trapped];

    [Fact]
    public void OneRandomComponentInFour_DoesTheSame() => AssertDoTheSame(every: 4);

    [Fact]
    [Nightly]
    public void RandomComponents_DoTheSame() => AssertDoTheSame(every: 1);

    private static void AssertDoTheSame(int every)
    {
        string[] files =
        [
            .. Directory
                .GetFiles(TestFiles.PathOf("Smith"), "*.wasm")
                .Select(path => $"Smith/{Path.GetFileName(path)}")
                .Order(StringComparer.Ordinal)
                .Where((_, i) => i % every == 0),
        ];

        // One by one, twice, so that what is kept from message to message shows; then all at once.
        ScenarioStep[] sends =
        [
            .. Sizes.Select(
                (size, i) => ScenarioStep.Send(Payload.Bytes(size), from: i % ScenarioHarness.Senders.Count)
            ),
        ];
        ScenarioStep[] steps =
        [
            .. sends.Concat(sends).SelectMany(send => (ScenarioStep[])[send, ScenarioStep.Pump]),
            .. sends,
            .. sends,
        ];

        using ComparisonCounter counter = new();
        Dictionary<Outcome, long> became = Enum.GetValues<Outcome>().ToDictionary(o => o, _ => 0L);
        foreach (string file in files)
        {
            // One that the direct runtime cannot run would be compared with itself.
            ComponentSource source = ComponentSource.FromFile(TestFiles.PathOf(file));
            Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(source).Runtime);

            Observations observations = counter.Compare(Scenario.Of(file, steps));
            foreach (Outcome outcome in became.Keys)
            {
                became[outcome] += Count(observations, outcome);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"components: {files.Length}, " + string.Join(", ", became.Select(pair => $"{pair.Key}: {pair.Value}"))
        );
        Assert.All(Outcomes, outcome => Assert.NotEqual(0, became[outcome]));
    }

    private static long Count(Observations observations, Outcome outcome) =>
        Regex.Match(observations.Lines[^1], $" ([0-9]+) {WordsOf(outcome)}") is { Success: true } count
            ? long.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : 0;

    private static string WordsOf(Outcome outcome) =>
        outcome == Outcome.TimedOut ? "timed out" : $"{outcome}".ToLowerInvariant();
}
