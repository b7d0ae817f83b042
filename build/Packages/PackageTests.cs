// The uses of the packages that are tested: the program of each package's README, the tool, the templates, and a native program.

using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FireAndForget.Build.Packages;

/// <summary>The tests, each by itself and at the same time as others.</summary>
/// <param name="workshop">Where they work.</param>
/// <param name="versions">Which version of a package of others the repository uses.</param>
/// <param name="mirror">A guest that sends back what it gets, for programs that take a file.</param>
internal sealed partial class PackageTests(PackageWorkshop workshop, Func<string, string> versions, string mirror)
{
    private static readonly string[] All =
    [
        "FireAndForget",
        "FireAndForget.AspNetCore",
        "FireAndForget.Cli",
        "FireAndForget.Guest.Sdk",
        "FireAndForget.Hosting",
        "FireAndForget.OpenTelemetry",
        "FireAndForget.Orleans",
        "FireAndForget.Orleans.AspNetCore",
        "FireAndForget.Templates",
        "FireAndForget.Testing",
    ];

    private readonly Lock _installing = new();
    private bool _isInstalled;

    /// <summary>The tests by name; those that take longest come first.</summary>
    public IReadOnlyList<(string Name, Action Test)> List() =>
        [
            ("template faf-guest-js", () => UseTemplate("faf-guest-js", Tool.Npm)),
            ("native program", CompileNatively),
            ("template faf-host", () => UseTemplate("faf-host")),
            ("template faf-guest-c", () => UseTemplate("faf-guest-c", Tool.Clang)),
            ("template faf-guest-rust", () => UseTemplate("faf-guest-rust", Tool.Rustc, Tool.Cargo)),
            ("template faf-guest-csharp", () => UseTemplate("faf-guest-csharp")),
            ("template faf-guest-wat", () => UseTemplate("faf-guest-wat")),
            ("web project with FireAndForget.AspNetCore", RunWebProject),
            ("tool faf", UseTool),
            ("program with FireAndForget", () => RunReadme("FireAndForget", "Accepted", "mirror sent 5 bytes back")),
            ("program with FireAndForget.Hosting", () => RunReadme("FireAndForget.Hosting", "clock ordered 4 bytes")),
            (
                "program with FireAndForget.Testing",
                () => RunReadme("FireAndForget.Testing", "component -> test: refused, CapabilityDenied")
            ),
            ("program with FireAndForget.OpenTelemetry", () => RunReadme("FireAndForget.OpenTelemetry", "handled")),
            ("program with FireAndForget.Orleans", RunSilo),
            ("web project with FireAndForget.Orleans.AspNetCore", BuildSilo),
            ("contents of the packages", CheckContents),
        ];

    /// <summary>The program that stands in a package's README, in a project that refers to what the README's text says.</summary>
    private void RunReadme(string package, params string[] expected)
    {
        string folder = WriteReadmeProgram(package, "Microsoft.NET.Sdk");
        CommandResult result = workshop.DotNet(folder, "run", "--configuration", "Release").OrFail();
        foreach (string text in expected)
        {
            result.Expect(text);
        }
    }

    private void RunSilo()
    {
        string folder = WriteReadmeProgram("FireAndForget.Orleans", "Microsoft.NET.Sdk");
        workshop
            .DotNet(folder, "run", "--configuration", "Release", "--", mirror)
            .OrFail()
            .Expect("mirror sent 5 bytes back")
            .Expect("Handled");
    }

    private void BuildSilo()
    {
        string folder = WriteReadmeProgram("FireAndForget.Orleans.AspNetCore", "Microsoft.NET.Sdk.Web");
        workshop.DotNet(folder, "build", "--configuration", "Release").OrFail();
    }

    private string WriteReadmeProgram(string package, string sdk)
    {
        string readme = workshop.ReadFrom(package, "README.md");
        Match block = CSharpBlock().Match(readme);
        if (!block.Success)
        {
            throw new PackageTestException($"The README of {package} has no program.");
        }

        string code = block.Groups["code"].Value;
        string folder = $"readme-{package}";
        workshop.WriteProject(
            folder,
            sdk,
            [
                (package, workshop.Version),
                .. OtherPackage()
                    .Matches(readme)
                    .Select(m => m.Groups["package"].Value)
                    .Where(other => other != package)
                    .Distinct()
                    .Select(other => (other, All.Contains(other) ? workshop.Version : versions(other))),
            ]
        );
        File.WriteAllText(workshop.PathOf(folder, "Program.cs"), code);
        return folder;
    }

    private void RunWebProject()
    {
        string folder = WriteReadmeProgram("FireAndForget.AspNetCore", "Microsoft.NET.Sdk.Web");
        workshop.DotNet(folder, "build", "--configuration", "Release").OrFail();
        using Process service = workshop.StartDotNet(
            folder,
            "bin/Release/net10.0/program.dll",
            "--urls",
            "http://127.0.0.1:0"
        );
        try
        {
            string address = AddressOf(service);
            using HttpClient client = new() { BaseAddress = new(address), Timeout = TimeSpan.FromMinutes(1) };
            string page = client.GetStringAsync(new Uri("faf/", UriKind.Relative)).GetAwaiter().GetResult();
            string state = client.GetStringAsync(new Uri("faf/state", UriKind.Relative)).GetAwaiter().GetResult();
            if (
                !page.Contains("<title>", StringComparison.Ordinal)
                || !state.Contains("client", StringComparison.Ordinal)
            )
            {
                throw new PackageTestException($"The page or its state are not as they should be:\n{page}\n{state}");
            }
        }
        finally
        {
            service.Kill(entireProcessTree: true);
            service.WaitForExit();
        }
    }

    private static string AddressOf(Process service)
    {
        const string Before = "Now listening on: ";
        List<string> lines = [];
        while (service.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
            int at = line.IndexOf(Before, StringComparison.Ordinal);
            if (at >= 0)
            {
                // What it writes from here on is read, so that it never waits for a reader.
                _ = service.StandardOutput.ReadToEndAsync();
                _ = service.StandardError.ReadToEndAsync();
                return line[(at + Before.Length)..].Trim();
            }
        }

        throw new PackageTestException(
            $"The service ended before it listened:\n{string.Join('\n', lines)}\n{service.StandardError.ReadToEnd()}"
        );
    }

    /// <summary>What the README of the tool says: a topology is made, checked and run.</summary>
    private void UseTool()
    {
        const string folder = "tool-first";
        string faf = workshop.Faf;
        workshop.Run(".", faf, "", "new", folder).OrFail();
        workshop.Run(".", faf, "", "check", $"{folder}/topology.json").OrFail();
        workshop
            .Run(
                ".",
                faf,
                """{"from":"client","to":"mirror","text":"hello"}""",
                "run",
                $"{folder}/topology.json",
                "--text"
            )
            .OrFail()
            .Expect("\"text\":\"olleh\"")
            .Expect("\"event\":\"summary\",\"sent\":2,\"accepted\":2");
    }

    /// <summary>Makes a project or solution of a template, builds it and runs its tests.</summary>
    private void UseTemplate(string template, params IEnumerable<Tool> needs)
    {
        foreach (Tool tool in needs)
        {
            tool.Require(workshop);
        }

        string hive = workshop.PathOf("templates");
        lock (_installing)
        {
            if (!_isInstalled)
            {
                string package = workshop.FileOf("FireAndForget.Templates");
                workshop.DotNet(".", "new", "install", package, "--debug:custom-hive", hive).OrFail();
                _isInstalled = true;
            }

            // A name that is no identifier, as people give folders.
            workshop
                .DotNet(
                    ".",
                    "new",
                    template,
                    "--output",
                    $"my-{template}",
                    "--no-update-check",
                    "--debug:custom-hive",
                    hive
                )
                .OrFail();
        }

        CommandResult tests = workshop.DotNet($"my-{template}", "test", "--configuration", "Release").OrFail();
        if (tests.Output.Contains(": warning ", StringComparison.Ordinal))
        {
            throw new PackageTestException($"The template is built with warnings:\n{tests.Output}");
        }
    }

    /// <summary>The program of the README of FireAndForget, compiled ahead of time.</summary>
    private void CompileNatively()
    {
        Tool.NativeLinker.Require(workshop);
        const string Folder = "native";
        string readme = WriteReadmeProgram("FireAndForget", "Microsoft.NET.Sdk");
        Directory.CreateDirectory(workshop.PathOf(Folder));
        foreach (string file in new[] { "program.csproj", "Program.cs" })
        {
            File.Copy(workshop.PathOf(readme, file), workshop.PathOf(Folder, file));
        }

        CommandResult published = workshop.DotNet(
            Folder,
            "publish",
            "--configuration",
            "Release",
            "--runtime",
            RuntimeInformation.RuntimeIdentifier,
            "-p:PublishAot=true",
            "-p:TrimmerSingleWarn=false",
            "--output",
            workshop.PathOf(Folder, "out")
        );
        if (published.ExitCode != 0 && published.Output.Contains("NU110", StringComparison.Ordinal))
        {
            throw new PackageTestSkippedException("the native compiler's package cannot be had");
        }

        published.OrFail();
        string[] warnings = [.. published.Output.Split('\n').Where(line => OwnWarning().IsMatch(line)).Distinct()];
        if (warnings.Length != 0)
        {
            throw new PackageTestException($"Trimming warns of this library:\n{string.Join('\n', warnings)}");
        }

        workshop
            .Run(Folder, workshop.PathOf(Folder, "out", OperatingSystem.IsWindows() ? "program.exe" : "program"), "")
            .OrFail()
            .Expect("Accepted")
            .Expect("mirror sent 5 bytes back");
    }

    private void CheckContents()
    {
        List<string> problems = [];
        foreach (string package in All)
        {
            using ZipArchive archive = ZipFile.OpenRead(workshop.FileOf(package));
            string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
            XElement metadata = XDocument
                .Parse(workshop.ReadFrom(package, $"{package}.nuspec"))
                .Root!.Elements()
                .Single();
            string[] elements = [.. metadata.Elements().Select(element => element.Name.LocalName)];
            string[] wanted =
            [
                "license",
                "icon",
                "readme",
                "projectUrl",
                "repository",
                "tags",
                "description",
                "releaseNotes",
            ];
            problems.AddRange(wanted.Except(elements).Select(element => $"{package} has no {element}"));
            string[] files = ["README.md", "icon.png"];
            problems.AddRange(files.Except(names).Select(file => $"{package} has no {file}"));
            bool isLibrary =
                package is not ("FireAndForget.Cli" or "FireAndForget.Guest.Sdk" or "FireAndForget.Templates");
            if (isLibrary && !names.Contains($"lib/net10.0/{package}.xml"))
            {
                problems.Add($"{package} has no XML documentation");
            }

            if (
                package is not ("FireAndForget.Guest.Sdk" or "FireAndForget.Templates")
                && !File.Exists(workshop.FileOf(package, ".snupkg"))
            )
            {
                problems.Add($"{package} has no symbols");
            }

            if (package == "FireAndForget")
            {
                string[] contents = ["wit/messaging.wit", "schema/topology.schema.json"];
                problems.AddRange(contents.Except(names).Select(file => $"{package} has no {file}"));
                IEnumerable<string> dependencies = metadata
                    .Descendants()
                    .Where(e => e.Name.LocalName == "dependency")
                    .Select(e => (string)e.Attribute("id")!);
                problems.AddRange(
                    dependencies
                        .Except(["Wasmtime", "Microsoft.Extensions.Logging.Abstractions"])
                        .Select(dependency => $"{package} depends on {dependency}")
                );
            }
        }

        string[] unknown =
        [
            .. Directory
                .GetFiles(workshop.Packages, "*.nupkg")
                .Except(All.Select(package => workshop.FileOf(package)))
                .Select(file => $"{Path.GetFileName(file)} is none of the packages that are tested"),
        ];
        problems.AddRange(unknown);
        if (problems.Count != 0)
        {
            throw new PackageTestException(string.Join('\n', problems));
        }
    }

    [GeneratedRegex(@"```csharp\r?\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    /// <summary>A README names the packages that its program needs besides: <c>`dotnet add package NAME`</c>.</summary>
    [GeneratedRegex(@"dotnet add package (?<package>[\w.]+)")]
    private static partial Regex OtherPackage();

    [GeneratedRegex(@"warning IL\d+: .*FireAndForget", RegexOptions.None)]
    private static partial Regex OwnWarning();
}
