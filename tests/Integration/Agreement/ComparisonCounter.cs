using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Counts what a test compares. The test's output says it at the end, and the sum of all tests so far.</summary>
internal sealed class ComparisonCounter : IDisposable
{
    private static long _allMessages;
    private static long _allScenarios;

    private long _messages;
    private long _scenarios;

    /// <inheritdoc cref="ScenarioHarness.Compare"/>
    public Observations Compare(Scenario scenario)
    {
        Observations observations = ScenarioHarness.Compare(scenario);
        Count(observations);
        return observations;
    }

    /// <summary>Counts a scenario that both runtimes had, and showed the same.</summary>
    public void Count(Observations observations)
    {
        Interlocked.Increment(ref _scenarios);
        Interlocked.Add(ref _messages, observations.Accepted);
    }

    public void Dispose()
    {
        long scenarios = Interlocked.Add(ref _allScenarios, _scenarios);
        long messages = Interlocked.Add(ref _allMessages, _messages);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"messages: {_messages}, scenarios: {_scenarios}; with the tests before: {messages}, {scenarios}"
        );
    }
}
