using System.Text;

namespace FireAndForget.Reporting;

/// <summary>A page of measured figures while code writes it: its text so far, and the head that every such page has.</summary>
public abstract class MeasuredPage
{
    private readonly StringBuilder _text = new();

    /// <summary>The text so far.</summary>
    protected string Text => _text.ToString().TrimEnd() + "\n";

    /// <summary>Writes what the page is, and what is to be known about its run before anybody believes it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="about">What the page shows, and where it comes from.</param>
    /// <param name="quick">What a quick look is short of, and is good for.</param>
    protected void WriteHead(RunInfo run, string title, string about, string quick)
    {
        ArgumentNullException.ThrowIfNull(run);
        Paragraph($"# {title}");
        Paragraph(about);
        if (run.IsQuick)
        {
            Paragraph($"> **This was a quick look**, with {quick}.");
        }

        if (run.Unfit.Count > 0)
        {
            Paragraph(
                $"> **The machine was not fit for measuring**, and the run was forced: {string.Join("; ", run.Unfit)}."
            );
        }
    }

    /// <summary>Writes when, of what and on what the run was.</summary>
    /// <param name="run">The run.</param>
    protected void WriteRun(RunInfo run)
    {
        ArgumentNullException.ThrowIfNull(run);
        MarkdownTable table = new("what", "value");
        foreach ((string what, string value) in run.Rows())
        {
            table.Add(what, value);
        }

        Add(table);
    }

    /// <summary>Begins a section.</summary>
    /// <param name="text">Its heading.</param>
    protected void Heading(string text) => Paragraph($"## {text}");

    /// <summary>Adds a table.</summary>
    /// <param name="table">The table.</param>
    private protected void Add(MarkdownTable table) => _text.Append(table).Append('\n');

    /// <summary>Adds a paragraph, or what stands by itself like one.</summary>
    /// <param name="text">Markdown.</param>
    protected void Paragraph(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text.Append(text.TrimEnd()).Append("\n\n");
    }
}
