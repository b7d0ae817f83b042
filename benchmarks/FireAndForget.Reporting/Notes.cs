// Reasons that people write down once, in docs/performance/notes.md, and that every run takes over into the document.

namespace FireAndForget.Reporting;

/// <summary>The sections of the notes by their headings.</summary>
public sealed class Notes
{
    /// <summary>The file's name.</summary>
    public const string FileName = "notes.md";

    private readonly Dictionary<string, string> _sections = new(StringComparer.Ordinal);

    /// <summary>Notes out of their text: a heading of the second level, then what belongs to it.</summary>
    /// <param name="text">The text, in Markdown.</param>
    public Notes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (string part in text.ReplaceLineEndings("\n").Split("\n## ").Skip(1))
        {
            string[] headingAndBody = part.Split('\n', 2);
            _sections[headingAndBody[0].Trim()] = headingAndBody.Length == 2 ? headingAndBody[1].Trim() : "";
        }
    }

    /// <summary>The headings.</summary>
    public IReadOnlyCollection<string> Headings => _sections.Keys;

    /// <summary>The heading whose note holds for a row: the row's own, or the longest one that its name goes on from behind a comma.</summary>
    /// <param name="title">The row's name.</param>
    /// <returns>The heading; null where there is none.</returns>
    public string? HeadingFor(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        return Headings
            .Where(heading => title == heading || title.StartsWith($"{heading}, ", StringComparison.Ordinal))
            .MaxBy(heading => heading.Length);
    }

    /// <summary>Reads the notes; a missing file has none.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The notes.</returns>
    public static Notes Read(string path) => new(File.Exists(path) ? File.ReadAllText(path) : "");

    /// <summary>What is written below a heading; empty where nothing is.</summary>
    /// <param name="heading">The heading.</param>
    /// <returns>The text, in Markdown.</returns>
    public string For(string heading) => _sections.GetValueOrDefault(heading, "");
}
