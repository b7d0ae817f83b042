using System.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A project of a guest in C# in a folder of its own, which is built with the SDK of this repository.</summary>
internal sealed class CSharpProject : IDisposable
{
    /// <summary>Classes that build do so one after the other: a build takes all processors.</summary>
    public const string Collection = "C# builds";

    private static readonly string Sources = Path.Combine(TestFiles.Root?.FullName ?? "", "src");
    private static readonly string Built = Path.Combine(
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
                <GuestApi>{Path.Combine(Sources, "FireAndForget.Guest", Built, "FireAndForget.Guest.dll")}</GuestApi>
                <GuestLinker>{Path.Combine(sdk, Built, "FireAndForget.Guest.Sdk.dll")}</GuestLinker>
                {properties}
              </PropertyGroup>
              <Import Project="{sdk}/Sdk/Sdk.targets" />
            </Project>
            """
        );
    }

    /// <summary>Where a build finds NuGet's packages, as the variable NUGET_PACKAGES says it; null: where this machine's NuGet has them.</summary>
    public string? Packages { get; init; }

    /// <summary>What the last build said.</summary>
    public string Output { get; private set; } = "";

    /// <summary>The built guest; skips the test where the packages that it needs cannot be had.</summary>
    public string Build()
    {
        int exitCode = RunBuild();
        Assert.True(exitCode == 0, Output);
        return Path.Combine(_folder.FullName, "bin", "Debug", "net10.0", "guest.wasm");
    }

    /// <summary>What a build says that fails.</summary>
    public string FailToBuild()
    {
        Assert.NotEqual(0, RunBuild());
        return Output;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private int RunBuild()
    {
        ProcessStartInfo start = new("dotnet", ["build", "--nologo", "-nodeReuse:false"])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
        if (Packages is not null)
        {
            start.Environment["NUGET_PACKAGES"] = Packages;
        }

        using Process build = Process.Start(start)!;
        Task<string> error = build.StandardError.ReadToEndAsync();
        Output = build.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        build.WaitForExit();
        Assert.SkipWhen(
            Output.Contains("error NU", StringComparison.Ordinal),
            $"The packages that build a guest in C# cannot be had here: {Output}"
        );
        return build.ExitCode;
    }
}
