using System.Text.RegularExpressions;
using FireAndForget.Tests.Guests;

namespace FireAndForget.Tests.Documents;

/// <summary>A fenced block of README or of a page in docs. Decisions are left out: they tell what was, in its own words.</summary>
/// <param name="Place">The document and the line of the fence.</param>
/// <param name="Snippet">The name in <c>&lt;!-- snippet: name --&gt;</c> in the line before; null: there is none.</param>
internal sealed partial record CodeBlock(string Place, string Language, string? Snippet, string Text)
{
    public static string Root { get; } = Path.GetDirectoryName(GuestFiles.Fixtures)!;

    public static IReadOnlyList<CodeBlock> All { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "decisions")
            .Prepend(Path.Combine(Root, "README.md"))
            .SelectMany(file => Read(Path.GetRelativePath(Root, file), File.ReadAllLines(file))),
    ];

    /// <summary>Lines without the indentation that all of them have.</summary>
    public static string Outdent(IReadOnlyList<string> lines)
    {
        int indentation = lines
            .Where(line => line.Length > 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty()
            .Min();
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indentation..]));
    }

    public override string ToString() => Place;

    private static IEnumerable<CodeBlock> Read(string document, string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            int fence = i;
            string[] text = [.. lines.Skip(fence + 1).TakeWhile(line => line.Trim() != "```")];
            i += text.Length + 1;
            Match snippet = SnippetComment.Match(fence == 0 ? "" : lines[fence - 1]);
            yield return new(
                $"{document}:{fence + 1}",
                lines[fence].Trim().TrimStart('`'),
                snippet.Success ? snippet.Groups[1].Value : null,
                Outdent(text)
            );
        }
    }

    [GeneratedRegex("^ *<!-- snippet: ([a-z-]+) -->$")]
    private static partial Regex SnippetComment { get; }
}
