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
    public void Generate_ResultsOfCrowds_AreHeldToTheirGoals()
    {
        Measurement Time(string measured, string whose, int receivers, params double[] rounds) =>
            Measurement.OfSamples(measured, Names.CrowdOf(whose, receivers), 162, "ns", rounds) with
            {
                AllocatedBytes = receivers == 100 ? 0.04 : 30,
            };
        Measurement Cost(string what, double value) =>
            Measurement.OfSamples(what, Names.CrowdOf(Names.CrowdOneWorker, 10_000), null, "", [value]);
        RunResults results = new(
            StoredRun.Circumstances,
            [
                .. StoredRun.Measurements,
                Time(Names.CrowdInTurn, Names.CrowdOneWorker, 100, 100, 120, 140),
                Time(Names.CrowdInTurn, Names.CrowdAkka, 100, 58, 58, 98),
                Time(Names.CrowdInTurn, Names.CrowdOneWorker, 1_000, 142),
                Time(Names.CrowdInTurn, Names.CrowdAkka, 1_000, 100),
                Time(Names.CrowdHops, Names.CrowdOneWorker, 100, 160),
                Time(Names.CrowdHops, Names.CrowdTwoWorkers, 100, 100),
                Time(Names.CrowdHops, Names.CrowdOneWorker, 1_000, 160),
                Time(Names.CrowdHops, Names.CrowdTwoWorkers, 1_000, 101),
                Cost(Names.CrowdIdle, 16.5),
                Cost(Names.CrowdUsed, 24),
                Cost(Names.CrowdDispose, 1_001),
            ],
            new("# Notes\n\n## two workers\n\nLines cross.\n")
        );

        string document = StoredRun.Document(results);

        // The bare call of the stored run is 42 ns.
        string[] rows =
        [
            "| receivers in turn, 100 | Akka.NET + a bare call = 100 ns | 120 ns | missed by 1.20 × (1.00–1.10), why is not found yet |",
            "| receivers in turn, 1,000 | Akka.NET + a bare call = 142 ns | 142 ns | reached |",
            "| receivers in turn, 10,000 | Akka.NET + a bare call = – | – | not measured |",
            "| two workers, 100 | one worker / 1.6 = 100 ns | 100 ns | reached |",
            "| two workers, 1,000 | one worker / 1.6 = 100 ns | 101 ns | missed by 1.01 ×, [why](#two-workers) |",
            "| component to component, allocated for a hop | 0 B | 30 B | missed, why is not found yet |",
            "| resident before messages, 10,000 | 16 KiB | 16.5 KiB | missed by 1.03 ×, why is not found yet |",
            "| resident behind them, 10,000 | 24 KiB | 24 KiB | reached |",
            "| dispose of all, 10,000 | 1 s | 1,001.00 ms | missed by 1.00 ×, why is not found yet |",
        ];
        Assert.All(rows, row => Assert.Contains(row + "\n", document, StringComparison.Ordinal));
        Assert.Contains("holds its way and has 162 B", document, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_SamplesOnBothSides_ShowTheQuartilesOfTheirRatio()
    {
        Measurement Time(string measured, string @case, int? payload, params double[] samples) =>
            Measurement.OfSamples(measured, @case, payload, "ns", samples);
        RunResults results = new(
            StoredRun.Circumstances,
            [
                Time(Names.BareCall, "", null, 100, 100, 100, 100, 200),
                Time(Names.Total, Names.OneByOne, 16, 115, 103.5, 115, 126.5, 115),
                Time(Names.Total, Names.Burst, 16, 80),
                Time(Names.Peer, Names.Self, 16, 10, 20, 10),
                Time(Names.Peer, "Akka.NET, Tell", 16, 40, 40, 20),
            ],
            new("")
        );

        string document = StoredRun.Document(results);

        // The fifth samples are of one moment, which was slow for the bare call: 0.25, 0.45, 0.5, 0.5 and 0.55 of the goal.
        Assert.Contains("| reached at 0.50 × (0.45–0.50) |\n", document, StringComparison.Ordinal);
        Assert.Contains("0.8 × the bare call = 80.0 ns | 80.0 ns |", document, StringComparison.Ordinal);
        Assert.Contains("| 0 % | reached |\n", document, StringComparison.Ordinal);
        Assert.Contains("| FireAndForget | 10.0 ns | 100.0 M/s | 1.00 × |", document, StringComparison.Ordinal);
        Assert.Contains(
            "| Akka.NET, Tell | 40.0 ns | 25.0 M/s | 4.00 × (2.00–3.00) |",
            document,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(99, "3 × a core round trip = 297 ns | 298 ns")]
    [InlineData(100, "2.5 × a core round trip = 250 ns | 298 ns")]
    public void Generate_NearProcessors_MayTakeMoreRoundTrips(double roundTrip, string row)
    {
        Measurement p50 = Measurement.OfSamples(Names.Distribution, Names.TwoThreads, 16, "ns", [298]) with
        {
            Raw = [.. Names.Percentiles.Select(_ => 298.0)],
        };
        RunResults results = new(
            StoredRun.Circumstances,
            [p50, Measurement.OfSamples(Names.RoundTrip, Names.TwoThreads, 16, "ns", [roundTrip])],
            new("")
        );

        Assert.Contains(
            $"| latency_p50, two threads | < 300 ns | {row} |",
            StoredRun.Document(results),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Generate_ClaimThatDoesNotHold_LeadsToItsReason()
    {
        Measurement Time(string peer, double nanoseconds) =>
            Measurement.OfSamples(Names.Peer, peer, 4096, "ns", [nanoseconds]);
        RunResults results = new(
            StoredRun.Circumstances,
            [Time(Names.Self, 100), Time("Akka.NET, Tell", 99), Time("Akka.NET, Tell, by reference", 50)],
            new("# Notes\n\n## peers by reference\n\nThey copy nothing ([1](../decisions/1.md)).\n")
        );

        string document = StoredRun.Document(results);

        Assert.Contains(
            "ahead of Akka.NET, Tell | 0.99 × | **no**, why is not found yet |",
            document,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "ahead of Akka.NET, Tell, by reference | 0.50 × | **no**, [why](#peers-by-reference) |",
            document,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\n### peers by reference\n\nThey copy nothing ([1](decisions/1.md)).\n",
            document,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Generate_ResultsOfConversations_AreHeldToTheirGoals()
    {
        Measurement Time(string measured, string @case, double value, int payload = 16, double? allocated = 0) =>
            Measurement.OfSamples(measured, @case, payload, "ns", [value]) with
            {
                AllocatedBytes = allocated,
            };
        RunResults results = new(
            StoredRun.Circumstances,
            [
                .. StoredRun.Measurements,
                Time(Names.Requests, Names.RequestBaseline, 100),
                Time(Names.Requests, Names.RequestOneThread, 301, allocated: 0.02),
                Time(Names.Requests, Names.RequestComponents, 400),
                Time(Names.Requests, Names.RequestTwoThreads, 500),
                Time(Names.Requests, Names.RequestChannel, 1_400, allocated: 176),
                Time(Names.Requests, "Akka.NET 1.5, Ask", 1_600),
                Time(Names.RequestsOpen, Names.RequestTwoThreads, 300),
                Time(Names.RequestsOpen, "Akka.NET 1.5, Ask", 900),
                Time(Names.Publish, Names.CrowdOf(Names.PublishOneThread, 1), 111),
                Time(Names.Publish, Names.CrowdOf(Names.PublishOneThread, 1_000), 222),
                Time(Names.Publish, Names.CrowdOf(Names.PublishOneThread, 100), 4_000, payload: 65536),
                Time(Names.PublishCall, Names.CrowdOf(Names.PublishOneThread, 100), 44),
                Time(Names.PublishCall, Names.CrowdOf(Names.PublishOneThread, 100), 55, payload: 65536),
                Time(Names.LaterGiven, Names.Self, 70),
                Time(Names.LaterMemory, Names.Self, 57.9),
                Time(Names.LaterGiven, Names.LaterTimer, 90, allocated: 144),
            ],
            new("# Notes\n\n## requests, one thread\n\nIt allocates nothing.\n")
        );

        string document = StoredRun.Document(results);

        string[] rows =
        [
            "| requests, one thread | 3 × a message without an answer = 300 ns | 301 ns | missed by 1.00 ×, [why](#requests-one-thread) |",
            "| requests, one thread, allocated | 0 B | 0 B | reached |",
            "| requests, two components | 4 × a message without an answer = 400 ns | 400 ns | reached |",
            "| requests, two threads, one by one, beside `Channel<T>` | a third of `Channel<T>` = 467 ns | 500 ns | missed by 1.07 ×, why is not found yet |",
            "| requests, two threads, one by one, beside Akka.NET | a third of Akka.NET = 533 ns | 500 ns | reached |",
            "| requests, two threads, one by one, beside Orleans | a third of Orleans = – | 500 ns | not measured |",
            "| requests, two threads, 64 open, beside Akka.NET | a third of Akka.NET = 300 ns | 300 ns | reached |",
            "| later messages, memory | 64 B | 57.9 B | reached |",
            "| `Channel<T>` with TaskCompletionSource, two threads | 1.40 µs (1.40 µs) | 14.0 × | 176 B | – | – |",
            "| Akka.NET 1.5, Ask | 1.60 µs (1.60 µs) | 16.0 × | 0 B | 900 ns (900 ns) | 0 B |",
            "| FireAndForget, publish, one thread | 111 ns (111 ns) | – | – | 222 ns (222 ns) | 0 B |",
            "| FireAndForget, publish, one thread | 44.0 ns | – | – | – | 55.0 ns | 4.00 µs |",
            "| FireAndForget | 70.0 ns | – | – | 0 B | 57.9 B | – |",
            "| System.Threading.Timer | 90.0 ns | – | – | 144 B | – | – |",
            "### requests, one thread\n\nIt allocates nothing.",
        ];
        Assert.All(rows, row => Assert.Contains(row + "\n", document, StringComparison.Ordinal));
        Assert.DoesNotContain("## Conversations", Stored["performance.md"], StringComparison.Ordinal);
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
    public void Generate_NoteOfARow_IsWhereItsVerdictLeads()
    {
        string document = Stored["performance.md"];

        Assert.Contains("missed by 1.20 ×, [why](#throughput_10_senders) |\n", document, StringComparison.Ordinal);
        Assert.Contains(
            "\n### throughput_10_senders\n\nTen threads share two cores.\n",
            document,
            StringComparison.Ordinal
        );
    }

    /// <summary>The document with every cell of figures emptied: headings, rows and columns stay.</summary>
    private static string Layout(string document) => Cells().Replace(Figures().Replace(document, "0"), "| 0 ");

    [GeneratedRegex(
        @"missed by [\d,.]+ ×|reached|\*\*no\*\*|yes|[+−]?[\d,.]*\d( ?(ns|µs|ms|×|%|M/s|k/s|/s|B|KiB|MiB))?"
    )]
    private static partial Regex Figures();

    [GeneratedRegex(@"\| [^|]*0[^|]*(?=\|)")]
    private static partial Regex Cells();
}
