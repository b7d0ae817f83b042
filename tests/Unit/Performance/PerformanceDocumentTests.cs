using System.Text.RegularExpressions;
using System.Xml.Linq;
using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>The generator of <c>docs/performance.md</c>, on stored results.</summary>
public sealed partial class PerformanceDocumentTests
{
    private static readonly IReadOnlyDictionary<string, string> Stored = PerformanceDocument.Generate(
        RunResults.Read(StoredRun.Directory)
    );

    public static TheoryData<string> Files =>
        [
            .. Stored
                .Keys.Order(StringComparer.Ordinal)
                .Where(f => f is "performance.md" or "performance/latency.svg" or "performance/peers-16.svg"),
        ];

    public static TheoryData<string> Plots => [.. Stored.Keys.Where(f => f.EndsWith(".svg", StringComparison.Ordinal))];

    // Where the change is meant: copy what the test leaves in its output over the approved file, and look at the diff.
    [Theory]
    [MemberData(nameof(Files))]
    public void Generate_StoredResults_AreTheApprovedFiles(string file)
    {
        string name = Path.GetFileName(file);
        string approved = Path.Combine(AppContext.BaseDirectory, "Performance", "Approved", name);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, $"received.{name}"), Stored[file]);

        Assert.Equal(File.ReadAllText(approved), Stored[file], ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Generate_Twice_IsTheSame() =>
        Assert.Equal(Stored, PerformanceDocument.Generate(RunResults.Read(StoredRun.Directory)));

    [Fact]
    public void Generate_ResultsOfCrowds_GiveARowForEachAndAColumnForEachSize()
    {
        Measurement Time(string measured, string whose, int receivers, double nanoseconds) =>
            Measurement.OfSamples(measured, Names.CrowdOf(whose, receivers), 16, "ns", [nanoseconds]) with
            {
                AllocatedBytes = 0,
            };
        Measurement Cost(string what, double value) =>
            Measurement.OfSamples(what, Names.CrowdOf(Names.CrowdManual, 10_000), null, "", [value]);
        RunResults results = new(
            StoredRun.Circumstances,
            [
                .. StoredRun.Measurements,
                Time(Names.CrowdInTurn, Names.CrowdManual, 1, 111),
                Time(Names.CrowdInTurn, Names.CrowdManual, 10_000, 444),
                Time(Names.CrowdInTurn, Names.CrowdChannels, 10_000, 333),
                Time(Names.CrowdHops, Names.CrowdOneWorker, 10_000, 222),
                Cost(Names.CrowdAdd, 77),
                Cost(Names.CrowdIdle, 25),
                Cost(Names.CrowdUsed, 29),
                Cost(Names.CrowdDispose, 230),
            ],
            StoredRun.Notes
        );

        string document = StoredRun.Document(results);

        Assert.Contains("| receivers | 1 | 100 | 1,000 | 10,000 | allocated |", document, StringComparison.Ordinal);
        Assert.Contains(
            "| FireAndForget, manual mode | 111 ns (111 ns) | – | – | 444 ns (444 ns) | 0 B |",
            document,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "| `Channel<byte[]>`, each with a reader task | – | – | – | 333 ns (333 ns) | 0 B |",
            document,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "| FireAndForget, one worker | – | – | 222 ns (222 ns) | 0 B |",
            document,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "| FireAndForget, manual mode, 10,000 | 77.00 µs | 25 KiB | 29 KiB | 230.00 ms |",
            document,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Generate_OtherNumbers_ChangesNoLayout()
    {
        RunResults slower = new(
            StoredRun.Circumstances with
            {
                Date = "2027-10-11 12:13",
            },
            [
                .. StoredRun.Measurements.Select(m =>
                    m with
                    {
                        Value = m.Value * 7.77,
                        Best = m.Best * 5,
                        High = m.High * 9,
                        Raw = [.. m.Raw.Select(r => r * 7.77)],
                    }
                ),
            ],
            StoredRun.Notes
        );

        Assert.Equal(Layout(Stored["performance.md"]), Layout(StoredRun.Document(slower)));
    }

    [Fact]
    public void Generate_Tables_HaveACellForEachHeading()
    {
        string[] lines = Stored["performance.md"].Split('\n');
        IEnumerable<(string Above, string Row)> neighbours = lines
            .Zip(lines.Skip(1))
            .Where(pair => pair.First.StartsWith('|') && pair.Second.StartsWith('|'));

        Assert.All(neighbours, pair => Assert.Equal(pair.Above.Count(c => c == '|'), pair.Row.Count(c => c == '|')));
    }

    [Fact]
    public void Generate_NothingMeasured_SaysThatNothingWas()
    {
        string document = StoredRun.Document(new(StoredRun.Circumstances, [], new("")));

        Assert.Contains("not measured", document, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", document, StringComparison.Ordinal);
        Assert.DoesNotContain("| reached |", document, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_QuickOrForcedRun_SaysSoAtTheTop()
    {
        RunInfo run = StoredRun.Circumstances with
        {
            IsQuick = true,
            Unfit = ["other work takes 40 % of the processors"],
        };

        string top = StoredRun.Document(new(run, StoredRun.Measurements, StoredRun.Notes)).Split("\n## ")[0];

        Assert.Contains("**This was a quick look**", top, StringComparison.Ordinal);
        Assert.Contains("forced: other work takes 40 % of the processors.", top, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Plots))]
    public void Generate_Plot_IsReadableInLightAndDark(string file)
    {
        var plot = XDocument.Parse(Stored[file]);

        Assert.Equal("svg", plot.Root!.Name.LocalName);
        Assert.NotEmpty(plot.Root.Elements().First(e => e.Name.LocalName == "title").Value);
        Assert.Contains("prefers-color-scheme: dark", Stored[file], StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", Stored[file], StringComparison.Ordinal);
        Assert.Contains($"]({file})", Stored["performance.md"], StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_NoteOfARow_StandsBelowItsVerdict() =>
        Assert.Contains(
            "### throughput_10_senders\n\n16.7 M/s against 20,000,000/s: missed by 1.20 ×.\n\nTen threads share two cores.\n",
            Stored["performance.md"],
            StringComparison.Ordinal
        );

    /// <summary>The document with every cell of figures emptied: headings, rows and columns stay.</summary>
    private static string Layout(string document) => Cells().Replace(Figures().Replace(document, "0"), "| 0 ");

    [GeneratedRegex(
        @"missed by [\d,.]+ ×|reached|\*\*no\*\*|yes|[+−]?[\d,.]*\d( ?(ns|µs|ms|×|%|M/s|k/s|/s|B|KiB|MiB))?"
    )]
    private static partial Regex Figures();

    [GeneratedRegex(@"\| [^|]*0[^|]*(?=\|)")]
    private static partial Regex Cells();
}
