using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Documents;

/// <summary>What stands in the documents' blocks besides C# is read by what a reader would give it to.</summary>
public partial class BlockTests
{
    /// <summary>Languages whose blocks no test looks at, and why.</summary>
    private static readonly Dictionary<string, string> NotTested = new()
    {
        ["csharp"] = "SnippetTests compares it with what is compiled.",
        ["cs"] = "It is a guest, which other packages compile; it is compared with its fixture.",
        ["text"] = "It is a picture.",
        ["c"] = "Its compiler is not on every machine.",
        ["cpp"] = "Its compiler is not on every machine.",
        ["go"] = "Its compiler is not on every machine.",
        ["js"] = "What makes a component of it is not on every machine.",
        ["python"] = "What makes a component of it is not on every machine.",
        ["rust"] = "Its compiler is not on every machine.",
        ["swift"] = "Its compiler is not on every machine.",
        ["ts"] = "Its compiler is not on every machine.",
        ["zig"] = "Its compiler is not on every machine.",
    };

    private static readonly string[] Targets =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(CodeBlock.Root, "build", "Tasks"), "*.cs")
            .Select(file => TaskName.Match(File.ReadAllText(file)).Groups[1].Value),
    ];

    [Fact]
    public void Blocks_AreWhatTheirLanguageSays() => Assert.All(CodeBlock.All, Check);

    /// <summary>The source on a language's page is the fixture that tests run.</summary>
    [Theory]
    [InlineData("assemblyscript.md", "assemblyscript/as-mirror.ts")]
    [InlineData("cpp.md", "cpp/cpp-mirror.cpp")]
    [InlineData("csharp.md", "csharp/mirror/Program.cs")]
    [InlineData("go.md", "go/main.go")]
    [InlineData("swift.md", "swift/swift-mirror.swift")]
    [InlineData("typescript.md", "typescript/mirror.ts")]
    [InlineData("typescript.md", "typescript/messaging.d.ts")]
    [InlineData("zig.md", "zig/zig-mirror.zig")]
    public void LanguagePage_ShowsTheFixturesSource(string page, string source)
    {
        string text = File.ReadAllText(Path.Combine(CodeBlock.Root, "fixtures", "guests", source)).TrimEnd('\n');

        Assert.Contains(
            text,
            File.ReadAllText(Path.Combine(CodeBlock.Root, "docs", "languages", page)),
            StringComparison.Ordinal
        );
    }

    private static void Check(CodeBlock block)
    {
        switch (block.Language)
        {
            case "json":
                Assert.All(block.Text.Split('\n'), line => JsonDocument.Parse(line).Dispose());
                break;
            case "jsonc":
                Assert.NotEmpty(FireAndForget.Topology.Parse(block.Text, CodeBlock.Root).Components);
                break;
            case "sh":
                CheckCommands(block.Text);
                break;
            case "wat":
                GuestFiles.Wat(block.Text);
                break;
            case "xml":
                XDocument.Parse(block.Text);
                break;
            default:
                Assert.Contains(block.Language, NotTested);
                break;
        }
    }

    private static void CheckCommands(string commands)
    {
        Assert.All(Target.Matches(commands), match => Assert.Contains(match.Groups[1].Value, Targets));
        Assert.All(
            Faf.Matches(commands),
            match => Assert.Empty(FireAndForget.Cli.CommandLine.Parse(match.Groups[1].Value.Split(' ')).Errors)
        );
        Assert.All(
            TopologyText.Matches(commands),
            match => Assert.NotEmpty(FireAndForget.Topology.Parse(match.Groups[1].Value, CodeBlock.Root).Components)
        );
    }

    [GeneratedRegex("""\[TaskName\("(\w+)"\)\]""")]
    private static partial Regex TaskName { get; }

    /// <summary>A target that the build program is told to run.</summary>
    [GeneratedRegex(@"--project build -- .*?--target=(\w+)")]
    private static partial Regex Target { get; }

    /// <summary>The arguments of faf, up to the comment at the line's end.</summary>
    [GeneratedRegex(@"(?:^faf|FireAndForget\.Cli --) (.+?)\s*(?:#.*)?$", RegexOptions.Multiline)]
    private static partial Regex Faf { get; }

    /// <summary>A topology that is written into a file.</summary>
    [GeneratedRegex("^echo '(.+)' > topology.json$", RegexOptions.Multiline)]
    private static partial Regex TopologyText { get; }
}
