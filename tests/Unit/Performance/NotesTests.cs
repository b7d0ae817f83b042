using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>The reasons that people write beside the figures.</summary>
public sealed class NotesTests
{
    [Fact]
    public void For_Heading_IsWhatStandsBelowIt()
    {
        Notes notes = new("# Notes\n\nFor writers.\n\n## a\n\nOne.\n\nTwo.\n\n## b\n");

        Assert.Equal("One.\n\nTwo.", notes.For("a"));
        Assert.Equal("", notes.For("b"));
        Assert.Equal("", notes.For("c"));
    }

    [Fact]
    public void Read_MissingFile_HasNoNotes() => Assert.Empty(Notes.Read("none.md").Headings);

    [Theory]
    [InlineData("a, b, c", "a, b, c")]
    [InlineData("a, b, d", "a, b")]
    [InlineData("a, bc", "a")]
    [InlineData("ab, c", null)]
    public void HeadingFor_Row_IsTheLongestThatItsNameBeginsWith(string row, string? heading) =>
        Assert.Equal(heading, new Notes("\n## a\n\n## a, b\n\n## a, b, c\n").HeadingFor(row));

    // A row that was renamed would lose its note without anybody seeing it.
    [Fact]
    public void Headings_OfTheRepository_AreRowsOfTheDocument()
    {
        RunResults results = new(StoredRun.Circumstances, StoredRun.Measurements, StoredRun.Notes);
        string[] rows = [.. PerformanceDocument.RowsOf(results), "general"];
        var notes = Notes.Read(Path.Combine(AppContext.BaseDirectory, "Performance", "notes.md"));

        Assert.NotEmpty(notes.Headings);
        Assert.All(
            notes.Headings,
            heading => Assert.Contains(rows, row => new Notes($"\n## {heading}\n").HeadingFor(row) == heading)
        );
    }
}
