// The section of docs/performance.md about many receivers: its goals, and the rows of its tables.

namespace FireAndForget.Reporting;

internal sealed class CrowdTables(RunResults results)
{
    private const string Turns = "receivers in turn";
    private const string Hops = "component to component";

    /// <summary>How many times as fast as one worker two are to be.</summary>
    private const double TwoWorkers = 1.6;

    /// <summary>The crowd whose memory is held to a goal.</summary>
    private const int Largest = 10_000;

    /// <summary>How many receivers there are where a goal says so.</summary>
    private static readonly int[] Sizes = [100, 1_000, Largest];

    private readonly Measurement? _bare = results.Find(Names.BareCall);

    /// <summary>What the template's loop says: one section, or none where nothing was measured.</summary>
    /// <param name="reasons">Why goals are missed.</param>
    public object[] Sections(Reasons reasons) =>
        !results.All(Names.CrowdInTurn).Concat(results.All(Names.CrowdHops)).Any()
            ? []
            :
            [
                new
                {
                    Goals = Rows.Of(Goals(), row => [row.Title, row.Required.Text, row.Measured, reasons.Verdict(row)]),
                    InTurn = Times(Names.CrowdInTurn, 1, 100, 1_000, 10_000),
                    Hops = Times(Names.CrowdHops, 100, 1_000, 10_000),
                    HopBytes = HopBytes(),
                    Costs = Costs(),
                },
            ];

    /// <summary>What is aimed at.</summary>
    public IReadOnlyList<GoalRow> Goals() =>
        [
            .. Sizes.Select(size => BesideAkka(Turns, Names.CrowdInTurn, size)),
            .. Sizes.Select(size => BesideAkka(Hops, Names.CrowdHops, size)),
            .. Sizes.Select(size =>
                Time(
                    "two workers",
                    size,
                    Goal.Part(
                        $"one worker / {Show.Count(TwoWorkers)}",
                        TwoWorkers,
                        Find(Names.CrowdHops, Names.CrowdOneWorker, size)
                    ),
                    Find(Names.CrowdHops, Names.CrowdTwoWorkers, size)
                )
            ),
            Row(Hops, "allocated for a hop", new("0 B", 0), Allocated(), Show.Allocated),
            Memory("resident before messages", 16, Names.CrowdIdle),
            Memory("resident behind them", 24, Names.CrowdUsed),
            Row(
                "dispose of all",
                Show.Count(Largest),
                new("1 s", 1e9),
                Find(Names.CrowdDispose, Names.CrowdOneWorker, Largest)?.Value * 1e6
            ),
        ];

    /// <summary>The length of a message that goes from component to component.</summary>
    private string HopBytes() =>
        results.All(Names.CrowdHops).FirstOrDefault(m => m.Payload is not null)?.Payload is { } bytes
            ? Show.Size(bytes)
            : Show.Missing;

    /// <summary>What a receiver of each crowd costs.</summary>
    private string Costs() =>
        Rows.Of(
            results.All(Names.CrowdAdd),
            m =>
                [
                    PerformanceDocument.PeerCell(m.Case),
                    Show.Time(m.Value * 1_000),
                    Size(Names.CrowdIdle, m.Case),
                    Size(Names.CrowdUsed, m.Case),
                    Show.Time(results.FindValue(Names.CrowdDispose, m.Case) * 1_000_000),
                ]
        );

    /// <summary>A row for each crowd of which anything was measured, a column for each number of receivers.</summary>
    private string Times(string measured, params IReadOnlyList<int> receivers) =>
        Rows.Of(
            Names.Crowds.Where(crowd => receivers.Any(count => Find(measured, crowd, count) is not null)),
            crowd =>
                [
                    PerformanceDocument.PeerCell(crowd),
                    .. receivers.Select(count =>
                        Find(measured, crowd, count) is { } m
                            ? $"{Show.Time(m.Value)} ({Show.Time(m.Best)})"
                            : Show.Missing
                    ),
                    Show.Allocated(receivers.Max(count => Find(measured, crowd, count)?.AllocatedBytes)),
                ]
        );

    /// <summary>That a message takes at most what it does with Akka.NET and a bare call into a guest.</summary>
    private GoalRow BesideAkka(string name, string measured, int size)
    {
        Measurement? akka = Find(measured, Names.CrowdAkka, size);
        double? most = akka?.Value + _bare?.Value;
        Goal goal = new(
            $"{Names.CrowdAkka} + a bare call = {Show.Time(most)}",
            most,
            most is null ? null : [.. akka!.Raw.Select(sample => sample + _bare!.Value)]
        );
        return Time(name, size, goal, Find(measured, Names.CrowdOneWorker, size));
    }

    private GoalRow Memory(string name, double kib, string measured) =>
        Row(
            name,
            Show.Count(Largest),
            new(Show.Size(kib * 1024), kib * 1024),
            Find(measured, Names.CrowdOneWorker, Largest)?.Value * 1024,
            bytes => bytes is null ? Show.Missing : Show.Size(bytes.Value)
        );

    private static GoalRow Time(string name, int size, Goal required, Measurement? measured) =>
        Row(name, Show.Count(size), required, measured?.Value) with
        {
            Samples = measured?.Raw,
        };

    private static GoalRow Row(
        string name,
        string @case,
        Goal required,
        double? measured,
        Func<double?, string>? format = null
    ) => new("receivers", name, @case, required, required, measured, Format: format);

    /// <summary>The most that a hop of FireAndForget's allocates, to a tenth of a byte: other threads may allocate less than that meanwhile.</summary>
    private double? Allocated() =>
        (
            from size in Sizes
            from crowd in new[] { Names.CrowdOneWorker, Names.CrowdTwoWorkers }
            select Find(Names.CrowdHops, crowd, size)?.AllocatedBytes
        ).Max()
            is { } bytes
            ? Math.Round(bytes, 1)
            : null;

    private string Size(string what, string @case) =>
        results.FindValue(what, @case) is { } kib ? Show.Size(kib * 1024) : Show.Missing;

    private Measurement? Find(string measured, string crowd, int receivers) =>
        results.All(measured).FirstOrDefault(m => m.Case == Names.CrowdOf(crowd, receivers));
}
