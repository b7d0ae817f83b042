// A page of docs/languages as its readers follow it: under each heading, the files that it shows and the commands that it gives.

using System.Text.RegularExpressions;

namespace FireAndForget.Build.Packages;

/// <summary>What stands under one heading.</summary>
/// <param name="Heading">Its text.</param>
/// <param name="Commands">The blocks of <c>sh</c>, one behind the other; empty where there are none.</param>
/// <param name="Output">The blocks of <c>json</c>.</param>
internal sealed record PageSection(string Heading, string Commands, string Output);

internal sealed partial class LanguagePage
{
    private readonly List<(string Name, string Text)> _files = [];
    private readonly List<PageSection> _sections = [];

    /// <summary>Reads a page.</summary>
    /// <param name="path">The Markdown file.</param>
    public LanguagePage(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        string before = "";
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                int start = i + 1;
                i = Array.IndexOf(lines, "```", start);
                Add(lines[start - 1][3..], string.Join('\n', lines[start..i]) + "\n", before);
            }
            else if (lines[i].StartsWith('#'))
            {
                _sections.Add(new(lines[i].TrimStart('#', ' '), "", ""));
            }

            before = lines[i].Length == 0 ? before : lines[i];
        }
    }

    public string Name { get; }

    public IReadOnlyList<PageSection> Sections => _sections;

    /// <summary>The files that the page shows whole: a line with nothing but the name and a colon stands before each.</summary>
    public IReadOnlyList<(string Name, string Text)> Files => _files;

    private void Add(string language, string text, string before)
    {
        PageSection section = _sections[^1];
        _sections[^1] = language switch
        {
            "sh" => section with { Commands = section.Commands + text },
            "json" => section with { Output = section.Output + text },
            _ => section,
        };
        if (FileName().Match(before) is { Success: true } name)
        {
            _files.Add((name.Groups["name"].Value, text));
        }
    }

    [GeneratedRegex("^`(?<name>[^`]+)`:$")]
    private static partial Regex FileName();
}
