// The test projects that the targets run.

namespace FireAndForget.Build.Runners;

/// <summary>A test project by the name of its folder under tests/.</summary>
internal sealed record TestProject(string Name)
{
    public static TestProject Unit { get; } = new("Unit");

    public static TestProject Schedules { get; } = new("Schedules");

    public static TestProject Integration { get; } = new("Integration");

    public static TestProject Hosting { get; } = new("Hosting");

    public static TestProject Cluster { get; } = new("Cluster");

    /// <summary>The project's file, relative to the root.</summary>
    public string File => $"tests/{Name}/{Name}.csproj";
}
