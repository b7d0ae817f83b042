using System.Text.RegularExpressions;
using Xunit;

namespace FireAndForget.Tests.Documents;

/// <summary>What the documents point to in the repository is there; the Docs target looks at the rest.</summary>
public partial class LinkTests
{
    private static IEnumerable<string> Documents =>
        Directory
            .EnumerateFiles(Path.Combine(CodeBlock.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(CodeBlock.Root, "*.md"));

    [Fact]
    public void Link_InADocument_PointsToAFile()
    {
        string[] wrong =
        [
            .. Documents.SelectMany(document =>
                Link()
                    .Matches(File.ReadAllText(document))
                    .Select(link => link.Groups["path"].Value)
                    .Where(path => !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, path)))
                    .Select(path => $"{Path.GetRelativePath(CodeBlock.Root, document)}: {path}")
            ),
        ];

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"\]\((?![a-z]+:)(?<path>[^)\s#]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
