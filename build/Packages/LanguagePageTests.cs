// Follows the pages of docs/languages: the commands that they give are run as they stand there, in a folder outside the repository, and the
// guest that comes of them has to answer a message as the README of the pages says.

namespace FireAndForget.Build.Packages;

/// <summary>The tests, one for each heading with commands, each by itself and at the same time as others.</summary>
/// <param name="workshop">Where they work, with the tool and the templates to try.</param>
/// <param name="root">The root of the repository.</param>
internal sealed class LanguagePageTests(PackageWorkshop workshop, string root)
{
    private const string RunFromSources = "dotnet run --project ../src/FireAndForget.Cli --";

    /// <summary>What each page's commands need, by page and heading; a heading with commands that is missing fails a test.</summary>
    private static readonly Dictionary<(string Page, string Heading), Tool[]> Needs = new()
    {
        [("assemblyscript", "A guest in AssemblyScript")] = [Tool.Npm],
        [("c", "A guest in C")] = [Tool.ClangWithWasi, Tool.Npm],
        [("c", "With wasm-tools")] = [Tool.ClangWithWasi, Tool.WasmTools],
        [("c", "As a core module")] = [Tool.ClangWithWasi],
        [("cpp", "With exceptions")] = [Tool.Emscripten, Tool.Npm],
        [("cpp", "Without exceptions")] = [Tool.ClangWithWasi, Tool.LibCppForWasi],
        [("csharp", "A guest in C#")] = [],
        [("go", "A guest in Go")] = [Tool.Go],
        [("javascript", "A guest in JavaScript")] = [Tool.Npm],
        [("javascript", "QuickJS")] = [Tool.Npm],
        [("python", "A guest in Python")] = [Tool.ComponentizePy],
        [("rust", "With wit-bindgen")] = [Tool.Cargo, Tool.WasmTools],
        [("rust", "With rustc alone")] = [Tool.Rustc, Tool.Npm],
        [("rust", "As a core module")] = [Tool.RustcWithWasi],
        [("swift", "A guest in Swift")] = [Tool.Swift, Tool.ClangWithWasi],
        [("typescript", "A guest in TypeScript")] = [Tool.Npm],
        [("wat", "A guest in WAT")] = [],
        [("zig", "A guest in Zig")] = [Tool.Zig],
    };

    private readonly string _pages = Path.Combine(root, "docs", "languages");

    /// <summary>The tests by name.</summary>
    public IEnumerable<(string Name, Action Test)> List() =>
        Directory
            .GetFiles(_pages, "*.md")
            .Order(StringComparer.Ordinal)
            .Select(path => new LanguagePage(path))
            .Where(page => page.Name is not ("README" or "cost"))
            .SelectMany(page =>
                page.Sections.Where(section => section.Commands.Length != 0)
                    .Select(section =>
                        ($"page {page.Name}.md, {section.Heading}", (Action)(() => Follow(page, section)))
                    )
            );

    private void Follow(LanguagePage page, PageSection section)
    {
        if (!Needs.TryGetValue((page.Name, section.Heading), out Tool[]? needs))
        {
            throw new PackageTestException(
                $"{page.Name}.md has commands under '{section.Heading}', and LanguagePageTests.Needs does not say what they need."
            );
        }

        foreach (Tool tool in needs.Prepend(Tool.Bash))
        {
            tool.Require(workshop);
        }

        string clone = Path.Combine("pages", $"{page.Name}-{Array.IndexOf([.. page.Sections], section)}");
        string folder = Path.Combine(clone, "mirror");
        Directory.CreateDirectory(workshop.PathOf(folder));
        Directory.CreateSymbolicLink(workshop.PathOf(clone, "fixtures"), Path.Combine(root, "fixtures"));
        foreach ((string name, string text) in page.Files)
        {
            string file = workshop.PathOf(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        string output = RunCommands(folder, section.Commands);
        if (!section.Commands.Contains("run topology.json", StringComparison.Ordinal))
        {
            PageSection howToRun = new LanguagePage(Path.Combine(_pages, "README.md")).Sections.Single(s =>
                s.Output.Length != 0
            );
            output = RunCommands(folder, howToRun.Commands);
            ExpectAll(output, howToRun.Output);
        }

        ExpectAll(
            output,
            """
            "base64":"b2xsZWg="
            """
        );
    }

    /// <summary>Runs commands of a page; the packed tool takes the place of the clone's.</summary>
    private string RunCommands(string folder, string commands) =>
        workshop.RunCommands(folder, commands.Replace(RunFromSources, "faf", StringComparison.Ordinal)).OrFail().Output;

    private static void ExpectAll(string output, string lines)
    {
        foreach (
            string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            if (!output.Contains(line, StringComparison.Ordinal))
            {
                throw new PackageTestException($"The guest was to give '{line}', and this came:\n{output}");
            }
        }
    }
}
