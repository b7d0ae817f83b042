using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A project of a guest in C# in a folder of its own, which is built with the SDK of this repository.</summary>
internal sealed class CSharpProject : IDisposable
{
    /// <summary>Classes that build do so one after the other: a build takes all processors.</summary>
    public const string Collection = "C# builds";

    private static readonly string Sources = Path.Combine(TestFiles.Root?.FullName ?? "", "src");
    private static readonly string Output = Path.Combine(
        "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "net10.0"
    );

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("faf-csharp-");

    /// <summary>Writes the project; skips the test where the repository is not here.</summary>
    /// <param name="program">The text of Program.cs.</param>
    /// <param name="properties">Elements of a property group.</param>
    public CSharpProject(string program, string properties = "")
    {
        Assert.SkipWhen(TestFiles.Root is null, "The sources that build a guest in C# are not here.");
        string sdk = Path.Combine(Sources, "FireAndForget.Guest.Sdk");
        File.WriteAllText(Path.Combine(_folder.FullName, "Program.cs"), program);
        File.WriteAllText(
            Path.Combine(_folder.FullName, "guest.csproj"),
            $"""
            <Project>
              <Import Project="{sdk}/Sdk/Sdk.props" />
              <PropertyGroup>
                <GuestApi>{Path.Combine(Sources, "FireAndForget.Guest", Output, "FireAndForget.Guest.dll")}</GuestApi>
                <GuestLinker>{Path.Combine(sdk, Output, "FireAndForget.Guest.Sdk.dll")}</GuestLinker>
                {properties}
              </PropertyGroup>
              <Import Project="{sdk}/Sdk/Sdk.targets" />
            </Project>
            """
        );
    }

    /// <summary>The built guest; skips the test where the packages that it needs cannot be had.</summary>
    public string Build()
    {
        (int exitCode, string output) = RunBuild();
        Assert.True(exitCode == 0, output);
        return Path.Combine(_folder.FullName, "bin", "Debug", "net10.0", "guest.wasm");
    }

    /// <summary>What a build says that fails.</summary>
    public string FailToBuild()
    {
        (int exitCode, string output) = RunBuild();
        Assert.NotEqual(0, exitCode);
        return output;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private (int ExitCode, string Output) RunBuild()
    {
        using Process build = Process.Start(
            new ProcessStartInfo("dotnet", ["build", "--nologo", "-nodeReuse:false"])
            {
                WorkingDirectory = _folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
            }
        )!;
        Task<string> error = build.StandardError.ReadToEndAsync();
        string output = build.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        build.WaitForExit();
        Assert.SkipWhen(
            output.Contains("error NU", StringComparison.Ordinal),
            $"The packages that build a guest in C# cannot be had here: {output}"
        );
        return (build.ExitCode, output);
    }
}
