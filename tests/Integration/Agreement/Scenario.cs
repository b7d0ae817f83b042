namespace FireAndForget.Tests.Agreement;

/// <summary>What is run on a host: the guests on it, and what happens then, one step after the other.</summary>
/// <param name="Guests">The components, in the order in which they are added.</param>
/// <param name="Steps">The steps; all is pumped until nothing is left after the last one.</param>
internal sealed record Scenario(IReadOnlyList<ScenarioGuest> Guests, IReadOnlyList<ScenarioStep> Steps)
{
    /// <summary>One guest, which is called <c>guest</c>.</summary>
    public static Scenario Of(string file, params IEnumerable<ScenarioStep> steps) =>
        new([new("guest", file)], [.. steps]);

    public override string ToString() =>
        $"{string.Join(", ", Guests.Select(g => g.Name))}: {string.Join(", ", Steps.Select(a => a.Name))}";
}
