using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// What would end the process where it goes wrong, in a process of its own: faults of .NET code and of guests whose signals both want,
/// guests under callers with little stack, and hosts without end.
/// </summary>
public class FaultProcessTests
{
    [Theory]
    [InlineData("arithmetic")]
    [InlineData("references")]
    [InlineData("traps")]
    public Task Fault_OfDotNetOrOfAGuest_EndsWhereItBelongs(string fault) => RunAsync(fault);

    /// <summary>Beside another library's engine that was made before or after the host's.</summary>
    [Theory]
    [InlineData("traps", "engine-before")]
    [InlineData("traps", "engine-after")]
    public Task Trap_BesideAnotherEngine_EndsWhereItBelongs(string fault, string engine) =>
        RunBesideAnotherEngineAsync(fault, engine);

    [Theory]
    [Nightly]
    [InlineData("arithmetic", "engine-before")]
    [InlineData("arithmetic", "engine-after")]
    [InlineData("references", "engine-before")]
    [InlineData("references", "engine-after")]
    public Task Fault_BesideAnotherEngine_EndsWhereItBelongs(string fault, string engine) =>
        RunBesideAnotherEngineAsync(fault, engine);

    private static async Task RunBesideAnotherEngineAsync(string fault, string engine)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows(),
            "No signals there, so no other engine has anything to do with them."
        );

        await RunAsync(fault, engine);
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
