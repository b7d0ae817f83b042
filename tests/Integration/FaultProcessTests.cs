using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// What would end the process where it goes wrong, in a process of its own: faults of .NET code and of guests whose signals both want,
/// guests under callers with little stack, and hosts without end.
/// </summary>
public class FaultProcessTests
{
    /// <summary>
    /// By itself, and beside another library's engine that was made before or after the host's; with each commit each fault by itself, and
    /// traps beside an engine.
    /// </summary>
    public static TheoryData<string[]> Faults =>
        [
            new TheoryDataRow<string[]>(["arithmetic"]),
            new TheoryDataRow<string[]>(["arithmetic", "engine-before"]).WithTrait(Nightly.Category, Nightly.Name),
            new TheoryDataRow<string[]>(["arithmetic", "engine-after"]).WithTrait(Nightly.Category, Nightly.Name),
            new TheoryDataRow<string[]>(["references"]),
            new TheoryDataRow<string[]>(["references", "engine-before"]).WithTrait(Nightly.Category, Nightly.Name),
            new TheoryDataRow<string[]>(["references", "engine-after"]).WithTrait(Nightly.Category, Nightly.Name),
            new TheoryDataRow<string[]>(["traps"]),
            new TheoryDataRow<string[]>(["traps", "engine-before"]),
            new TheoryDataRow<string[]>(["traps", "engine-after"]),
        ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_OfDotNetOrOfAGuest_EndsWhereItBelongs(string[] arguments)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && arguments.Length == 2,
            "No signals there, so no other engine has anything to do with them."
        );

        await RunAsync(arguments);
    }

    [Fact]
    public Task Load_OnAThreadWithLittleStack_RefusesTheGuestAlone() => RunAsync("small-stack");

    [Fact]
    public async Task Hosts_OneAfterTheOther_LeaveNoMappings()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are counted on Linux.");

        await RunAsync("mappings");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // With what these tests have: the program's own packages are not all beside them.
        string tests = Path.Combine(AppContext.BaseDirectory, "FireAndForget.Tests.Integration");
        string[] program =
        [
            "exec",
            "--runtimeconfig",
            $"{tests}.runtimeconfig.json",
            "--depsfile",
            $"{tests}.deps.json",
            Path.Combine(AppContext.BaseDirectory, "FireAndForget.Tests.Faults.dll"),
        ];
        Array.ForEach(program, start.ArgumentList.Add);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", error);
        Assert.Equal("ok", (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim());
        Assert.Equal(0, process.ExitCode);
    }
}
