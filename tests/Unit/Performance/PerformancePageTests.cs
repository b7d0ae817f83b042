using System.Text.RegularExpressions;
using FireAndForget.Reporting;
using FireAndForget.Tests.Documents;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>The page about performance in the repository, which is made of the results and notes beside it.</summary>
public sealed partial class PerformancePageTests
{
    private static readonly string Docs = Path.Combine(CodeBlock.Root, "docs");

    /// <summary>With the variable, which <c>--target=Docs</c> sets to the folder of the documents, they are written and not compared.</summary>
    [Fact]
    public void Documents_OfTheTables_AreWrittenAnew()
    {
        IReadOnlyDictionary<string, string> files = PerformanceDocument.Generate(
            RunResults.Read(Path.Combine(Docs, "performance"))
        );
        string? folder = Environment.GetEnvironmentVariable("FAF_WRITE_DOCS");
        Assert.All(
            files,
            file =>
            {
                if (folder is { Length: > 0 })
                {
                    File.WriteAllText(Path.Combine(folder, file.Key), file.Value);
                    return;
                }

                Assert.True(
                    File.ReadAllText(Path.Combine(Docs, file.Key)).ReplaceLineEndings("\n") == file.Value,
                    $"docs/{file.Key} is not of the results and notes beside it. Run: dotnet run --project build -- --target=Docs"
                );
            }
        );
    }

    [Fact]
    public void Page_LinksWithinIt_LeadToHeadings()
    {
        string page = File.ReadAllText(Path.Combine(Docs, "performance.md"));
        string[] headings =
        [
            .. Heading().Matches(page).Select(heading => NoAnchor().Replace(heading.Groups["text"].Value, "")),
        ];

        string[] anchors = [.. Link().Matches(page).Select(link => link.Groups["anchor"].Value).Distinct()];

        Assert.NotEmpty(anchors);
        Assert.All(
            anchors,
            anchor => Assert.Contains(anchor, headings.Select(heading => heading.ToLowerInvariant().Replace(' ', '-')))
        );
    }

    [GeneratedRegex(@"^##+ (?<text>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(#(?<anchor>[^)]*)\)")]
    private static partial Regex Link();

    /// <summary>What renderers leave out of an anchor.</summary>
    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex NoAnchor();
}
