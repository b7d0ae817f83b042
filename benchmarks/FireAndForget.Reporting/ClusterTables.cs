// The section of docs/performance.md about messages between processes: its goals, and the rows of its tables.

namespace FireAndForget.Reporting;

internal sealed class ClusterTables(RunResults results)
{
    /// <summary>How many silos and ids the cost of a table is told for, which no benchmark has.</summary>
    private const int DeducedSilos = 10;
    private const int DeducedIds = 10_000;

    /// <summary>How much more a process may have at the end than with a full outbox: what the runtime itself takes and gives back.</summary>
    private const double FlatWithin = 1.05;

    /// <summary>How far ahead of each alternative a message is to be, by its length.</summary>
    private static readonly (int Payload, int Nats, int Orleans, int Actors)[] Ahead =
    [
        (16, 10, 10, 3),
        (256, 8, 10, 3),
        (4096, 3, 10, 3),
    ];

    /// <summary>What the template's loop says: one section, or none where nothing was measured.</summary>
    /// <param name="reasons">Why goals are missed.</param>
    public object[] Sections(Reasons reasons) =>
        results.ClusterRun is not { } run
            ? []
            :
            [
                new
                {
                    run.IsQuick,
                    Unfit = string.Join("; ", run.Unfit),
                    Run = Rows.Of(run.Rows(), row => [row.What, row.Value]),
                    Goals = Rows.Of(Goals(), row => [row.Case, row.Required.Text, row.Measured, reasons.Verdict(row)]),
                    OneWay = OneWay(),
                    RoundTrips = RoundTrips(),
                    Processors = Processors(),
                    Memory = Memory(),
                    Kills = Kills(),
                    Table = Table(),
                },
            ];

    /// <summary>What is aimed at.</summary>
    public IReadOnlyList<GoalRow> Goals() =>
        [
            .. Ahead.SelectMany(row =>
                new[]
                {
                    AheadOf(row.Payload, row.Nats, ClusterNames.Nats),
                    AheadOf(row.Payload, row.Orleans, ClusterNames.Orleans, ClusterNames.Awaited),
                    AheadOf(row.Payload, row.Orleans, ClusterNames.Orleans, ClusterNames.OneWayCall),
                    AheadOf(row.Payload, row.Actors, ClusterNames.Akka),
                    AheadOf(row.Payload, row.Actors, ClusterNames.Proto),
                }
            ),
            Goal(
                "one way, 16 B, allocated on both sides",
                new("3 B", 3),
                results.Find(ClusterNames.OneWay, Names.Self, 16)?.AllocatedBytes,
                Show.Allocated
            ),
            Goal(
                "round trip, p50",
                Multiple(
                    1.5,
                    "an awaited grain call to the same silo",
                    results.FindValue(ClusterNames.RoundTrip, ClusterNames.CallBeside, 16)
                ),
                Echo()?.Value
            ),
            Goal("round trip, p99", Multiple(4, "its p50", Echo()?.Value), Echo()?.At(99)),
            Goal(
                $"processor time of both sides, {Show.Count(ClusterNames.PacedRate)} messages/s",
                Reporting.Goal.AtMost(8_000),
                ProcessorOf(Names.Self, ClusterNames.Sender) + ProcessorOf(Names.Self, ClusterNames.Receiver)
            ),
            Flat(ClusterNames.Sender),
            Flat(ClusterNames.Receiver),
            InSeconds("a kill is noticed", 1.2, ClusterNames.KillNoticed),
            InSeconds("messages flow again", 1.9, ClusterNames.KillFlowing),
        ];

    /// <summary>A row for each that carries messages: the time and what is allocated for each length.</summary>
    private string OneWay() =>
        Rows.Of(
            Cases(ClusterNames.OneWay),
            who =>
                [
                    who,
                    .. ClusterNames.Payloads.SelectMany(payload =>
                        results.Find(ClusterNames.OneWay, who, payload) is { } m
                            ? new[] { $"{Show.Time(m.Value)} ({Show.Time(m.Best)})", Allocated(m.AllocatedBytes) }
                            : [Show.Missing, Show.Missing]
                    ),
                ]
        );

    /// <summary>A row for each that answers.</summary>
    private string RoundTrips() =>
        Rows.Of(
            results.All(ClusterNames.RoundTrip),
            m =>
                [m.Case, Show.Time(m.Value), Show.Time(m.At(99)), Show.Times(m.At(99) / m.Value), Show.Count(m.Samples)]
        );

    /// <summary>A row for each that carries messages: what its processes use without and with them.</summary>
    private string Processors() =>
        Rows.Of(
            Cases(ClusterNames.Processor)
                .Where(@case => @case.EndsWith($", {ClusterNames.Sender}", StringComparison.Ordinal))
                .Select(@case => @case[..^$", {ClusterNames.Sender}".Length]),
            who =>
                [
                    who,
                    Show.Time(ProcessorOf(who, ClusterNames.Sender, ClusterNames.ProcessorIdle)),
                    Show.Time(ProcessorOf(who, ClusterNames.Receiver, ClusterNames.ProcessorIdle)),
                    Show.Time(ProcessorOf(who, ClusterNames.Sender)),
                    Show.Time(ProcessorOf(who, ClusterNames.Receiver)),
                    Show.Time(ProcessorOf(who, ClusterNames.Between)),
                    Show.Time(
                        ProcessorOf(who, ClusterNames.Sender)
                            + ProcessorOf(who, ClusterNames.Receiver)
                            + (ProcessorOf(who, ClusterNames.Between) ?? 0)
                    ),
                ]
        );

    /// <summary>A row for each process and kind of memory.</summary>
    private string Memory() =>
        Rows.Of(
            from process in new[] { ClusterNames.Sender, ClusterNames.Receiver }
            from what in new[] { ClusterNames.Resident, ClusterNames.Managed }
            where MemoryOf(process, what, "full") is not null
            select (process, what),
            row =>
                [
                    $"{row.process}, {row.what}",
                    .. ClusterNames.Moments.Select(moment => Size(MemoryOf(row.process, row.what, moment))),
                ]
        );

    /// <summary>A row for each way to probe.</summary>
    private string Kills() =>
        Rows.Of(
            results.All(ClusterNames.KillNoticed),
            m => [m.Case, Range(m), Range(results.Find(ClusterNames.KillFlowing, m.Case)), Show.Count(m.Samples)]
        );

    /// <summary>What an id costs, as measured and as it follows for more silos.</summary>
    private string Table()
    {
        if (!results.All(ClusterNames.TableMemory).Any())
        {
            return "";
        }

        double? memory = OfTable(ClusterNames.TableMemory, DeducedIds, 2);
        double? change = OfTable(ClusterNames.TableChangeBytes, DeducedIds, 2);
        double? join = OfTable(ClusterNames.TableJoinBytes, DeducedIds, 3);
        return Rows.Of(
            new string[][]
            {
                [
                    "managed memory of an id in a silo that does not host it",
                    .. Measured(ClusterNames.TableMemory, 2, Size),
                    $"{Size(memory * DeducedIds)} in each silo",
                ],
                [
                    "a change, sent to each other silo",
                    .. Measured(ClusterNames.TableChangeBytes, 2, Size),
                    $"{Size(change * (DeducedSilos - 1))} to all",
                ],
                [
                    "a change, until the other one of 2 silos has it",
                    .. Measured(ClusterNames.TableChange, 2, Show.Time),
                    Show.Missing,
                ],
                [
                    "a change, until both others of 3 silos have it",
                    .. Measured(ClusterNames.TableChange, 3, Show.Time),
                    DeducedChange() is { } time ? $"{Show.Time(time)} until all have it" : Show.Missing,
                ],
                [
                    "a silo that comes, sent to it for each id",
                    .. Measured(ClusterNames.TableJoinBytes, 3, Size),
                    $"{Size(join * DeducedIds)} to it",
                ],
                [
                    "a silo that comes, from its start until it knows all ids",
                    .. Measured(ClusterNames.TableJoin, 3, Show.Time),
                    Show.Missing,
                ],
            },
            cells => cells
        );
    }

    /// <summary>Each further silo is taken to cost what the third one did, though they are told at the same time.</summary>
    private double? DeducedChange()
    {
        double? two = OfTable(ClusterNames.TableChange, DeducedIds, 2);
        double? three = OfTable(ClusterNames.TableChange, DeducedIds, 3);
        return three > two ? two + ((DeducedSilos - 2) * (three - two)) : three;
    }

    private IEnumerable<string> Measured(string name, int silos, Func<double?, string> show) =>
        ClusterNames.Ids.Select(ids => show(OfTable(name, ids, silos)));

    private double? OfTable(string name, int ids, int silos) =>
        results.FindValue(name, ClusterNames.TableOf(ids, silos));

    /// <summary>That a message takes at most a part of an alternative's time.</summary>
    private GoalRow AheadOf(int payload, int factor, string prefix, string call = "")
    {
        Measurement? peer = results
            .All(ClusterNames.OneWay)
            .FirstOrDefault(m =>
                m.Payload == payload
                && m.Case.StartsWith(prefix, StringComparison.Ordinal)
                && m.Case.Contains(call, StringComparison.Ordinal)
            );
        string name = call.Length == 0 ? prefix : $"{prefix}, {call}";
        Measurement? own = results.Find(ClusterNames.OneWay, Names.Self, payload);
        return Goal(
            $"one way, {Show.Size(payload)}, beside {name}",
            Reporting.Goal.Part($"1/{factor} of its {Show.Time(peer?.Value)}", factor, peer),
            own?.Value
        ) with
        {
            Samples = own?.Raw,
        };
    }

    private GoalRow Flat(string process)
    {
        double? growth =
            MemoryOf(process, ClusterNames.Resident, "end") / MemoryOf(process, ClusterNames.Resident, "full");
        return Goal(
            $"memory of the {process} beside a receiver of 1 ms a message",
            new("flat: at most 5 % more", FlatWithin),
            growth,
            ratio => Show.Deviation(ratio - 1)
        );
    }

    private GoalRow InSeconds(string title, double seconds, string name) =>
        Goal(
            $"{title}, with probes of 1 s",
            new(Show.Hundredths(seconds), seconds * 1e9),
            results.FindValue(name, ClusterNames.FastProbes),
            nanoseconds => nanoseconds is null ? Show.Missing : Show.Hundredths(nanoseconds.Value / 1e9)
        );

    private static GoalRow Goal(string title, Goal required, double? measured, Func<double?, string>? format = null) =>
        new("cluster", "cluster", title, required, required, measured, Format: format);

    private static Goal Multiple(double factor, string of, double? nanoseconds) =>
        Reporting.Goal.Multiple(factor, of, nanoseconds);

    private Measurement? Echo() => results.Find(ClusterNames.RoundTrip, ClusterNames.Echo, 16);

    private double? ProcessorOf(string who, string process, string name = ClusterNames.Processor) =>
        results.FindValue(name, ClusterNames.ProcessOf(who, process), 16);

    private double? MemoryOf(string process, string what, string moment) =>
        results.FindValue(ClusterNames.Memory, ClusterNames.MemoryOf(process, what, moment));

    private IEnumerable<string> Cases(string name) => results.All(name).Select(m => m.Case).Distinct();

    private static string Range(Measurement? m) =>
        m is null ? Show.Missing
        : m.Samples == 1 ? Show.Hundredths(m.Value / 1e9)
        : $"{Show.Hundredths(m.Value / 1e9)} ({Show.Hundredths(m.Best / 1e9)} to {Show.Hundredths(m.High / 1e9)})";

    private static string Allocated(double? bytes) => Show.Allocated(bytes is null ? null : Math.Round(bytes.Value, 1));

    private static string Size(double? bytes) => bytes is null ? Show.Missing : Show.Size(bytes.Value);
}
