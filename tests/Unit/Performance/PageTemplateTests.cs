using FireAndForget.Reporting;
using Scriban.Syntax;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>Templates of pages: a placeholder without a value is an error, and a value without a placeholder, too.</summary>
public sealed class PageTemplateTests
{
    [Fact]
    public void Render_ValueForEachPlaceholder_IsThePage() =>
        Assert.Equal(
            "# Page\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n| 3 | 4 |\n",
            Render("# Page\n\n| a | b |\n| --- | ---: |\n{{ rows }}\n", ("rows", "| 1 | 2 |\n| 3 | 4 |"))
        );

    [Theory]
    [InlineData("{{ missing }}")]
    [InlineData("{{ if missing }}text{{ end }}")]
    [InlineData("{{ if missing != \"\" }}text{{ end }}")]
    [InlineData("{{ for row in missing }}text{{ end }}")]
    [InlineData("{{ for row in rows }}{{ row.missing }}{{ end }}")]
    public void Render_PlaceholderWithoutValue_ThrowsWithItsNameAndPlace(string placeholder)
    {
        ScriptRuntimeException error = Assert.Throws<ScriptRuntimeException>(() =>
            Render($"{{{{ rows }}}}\n{placeholder}", ("rows", new[] { new { Title = "a" } }))
        );

        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("page.md(2,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ValuesWithoutPlaceholders_ThrowsWithTheirNames()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            Render("receivers {{ rows }}", ("rows", "a"), ("receivers", "b"), ("senders", "c"))
        );

        Assert.StartsWith(
            "page.md has no placeholder for receivers, senders:",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Render_MalformedPlaceholder_ThrowsWithItsPlace()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            Render("text\n{{ for row rows }}{{ end }}", ("rows", "a"))
        );

        Assert.Contains("page.md(2,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_PlaceholderInsideOfAValue_StaysAsItIs() =>
        Assert.Equal("{{ missing }}", Render("{{ note }}", ("note", "{{ missing }}")));

    private static string Render(string text, params (string Name, object Value)[] values) =>
        new PageTemplate("page.md", text).Render(values.ToDictionary(v => v.Name, v => v.Value));
}
