// Makes docs/performance.md and its plots out of the results of a run, whole. The words are in PerformanceDocument.md, beside
// this file; here is what its placeholders stand for. Nothing in the page is written by hand but the reasons in the notes, and
// its layout does not depend on the figures.
//
// To add a table: write its words, its headings and a placeholder for its rows into PerformanceDocument.md, and a method that
// makes the rows here, under the placeholder's name in Values. What is missing in one of the two files is an error.

using System.Globalization;

namespace FireAndForget.Reporting;

/// <summary>The document about performance.</summary>
public sealed class PerformanceDocument
{
    /// <summary>Why those that copy nothing are ahead with long messages: a heading of the notes.</summary>
    private const string ByReference = "peers by reference";

    private static readonly int[] PeerPayloads = [16, 4096];

    private readonly RunResults _results;
    private readonly IReadOnlyList<GoalRow> _goals;
    private readonly string[] _peers;
    private readonly ConversationTables _conversations;
    private readonly Reasons _reasons;
    private readonly Dictionary<string, string> _files = [];

    private PerformanceDocument(RunResults results)
    {
        _results = results;
        _goals = GoalTable.Of(results);
        _conversations = new(results);
        _reasons = new(results.Notes);
        _peers = [.. results.All(Names.Peer).Select(m => m.Case).Distinct()];
    }

    /// <summary>Makes the document of a run.</summary>
    /// <param name="results">The results.</param>
    /// <returns>The files by their paths below <c>docs/</c>.</returns>
    public static IReadOnlyDictionary<string, string> Generate(RunResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        PerformanceDocument document = new(results);
        document._files["performance.md"] = PageTemplate
            .ReadResource("PerformanceDocument.md")
            .Render(document.Values(new(results)));
        return document._files;
    }

    /// <summary>What the notes may be about: the names of all rows that are held to a goal, and what else is asked for a reason.</summary>
    internal static IEnumerable<string> RowsOf(RunResults results) =>
        [
            .. GoalTable
                .Of(results)
                .Concat(new CrowdTables(results).Goals())
                .Concat(new ConversationTables(results).Goals())
                .Concat(new ClusterTables(results).Goals())
                .Select(row => row.Title),
            ByReference,
        ];

    /// <summary>What each placeholder of the template stands for, in the order of the page.</summary>
    private Dictionary<string, object> Values(PerformancePlots plots) =>
        new()
        {
            ["is_quick"] = _results.Run.IsQuick,
            ["unfit"] = string.Join("; ", _results.Run.Unfit),
            ["run"] = Rows.Of(_results.Run.Rows(), row => [row.What, row.Value]),
            ["round_trip"] = Show.Time(Find(Names.RoundTrip, Names.TwoThreads, 16)),
            ["clock"] = Show.Time(Find(Names.Clock)),
            ["bare_call"] = Show.Time(Find(Names.BareCall)),
            ["goals"] = Goals(),
            ["part_validation"] = Part(50, _ => Find(Names.Validation, "", 16)),
            ["part_serialization"] = Part(100, _ => Find(Names.Serialization, "encode and decode")),
            ["part_broker"] = Part(211, _ => Find(Names.Broker, "", 16)),
            ["part_call"] = Part(20, way => Find(Names.Call, way, 16)),
            ["part_rest"] = Part(
                null,
                way => Find(Names.Total, way, 16) - Find(Names.Broker, "", 16) - Find(Names.Call, way, 16)
            ),
            ["part_total"] = Part(280, way => Find(Names.Total, way, 16)),
            ["overhead"] = BySize(
                (Names.Validation, ""),
                (Names.Broker, ""),
                (Names.Call, Names.OneByOne),
                (Names.Call, Names.Burst),
                (Names.Total, Names.OneByOne),
                (Names.Total, Names.Burst)
            ),
            ["codec"] = Codec(),
            ["overhead_plot"] = Image(plots.Overhead()),
            ["cached_capabilities"] = Optimisation("capabilities_looked_up", "capabilities_cached"),
            ["codec_in_place"] = Optimisation("codec_copied", "codec_in_place"),
            ["prepared_functions"] = Optimisation("function_by_name", "function_prepared"),
            ["pooled_arrays"] = Optimisation("buffers_new", "buffers_pooled"),
            ["ring"] = Optimisation("buffers_pooled", "buffers_ring"),
            ["batches"] = Comparison(
                _results.Find(Names.Total, Names.OneByOne, 16),
                _results.Find(Names.Total, Names.Burst, 16)
            ),
            ["throughput"] = BySize(
                (Names.SingleSender, ""),
                (Names.TenSenders, ""),
                (Names.Burst100, Names.OneThread),
                (Names.Burst100, Names.TwoThreads),
                (Names.Sustained, "")
            ),
            ["throughput_plot"] = Image(plots.Throughput()),
            ["latency"] = Latency(),
            ["latency_plot"] = Image(plots.Latency()),
            ["peers"] = Peers(),
            ["peers_16_plot"] = Image(plots.Peers(16)),
            ["peers_4096_plot"] = Image(plots.Peers(4096)),
            ["peers_by_size"] = PeersBySize(),
            ["claims"] = Claims(),
            ["components"] = Components(),
            ["hops"] = Hops(),
            ["growth_plot"] = Image(plots.Growth()),
            ["memory"] = Rows.Of(_results.All(Names.IdleMemory), m => [m.Case, Show.Size(m.Value)]),
            ["crowd_sections"] = new CrowdTables(_results).Sections(_reasons),
            ["conversation_goals"] = _conversations.GoalRows(_reasons),
            ["requests"] = _conversations.Requests(),
            ["publishes"] = _conversations.Publishes(),
            ["publishes_by_size"] = _conversations.PublishesBySize(),
            ["later"] = _conversations.Later(),
            ["cluster_sections"] = new ClusterTables(_results).Sections(_reasons),
            ["reasons"] = _reasons.Sections(),
            ["general_note"] = _reasons.OfTheRun,
        };

    private string Goals() =>
        Rows.Of(
            _goals,
            row =>
                [
                    row.Title,
                    row.Planned.Text,
                    row.Required.Text,
                    row.Measured,
                    row.DeviationFrom(row.Planned),
                    row.DeviationFrom(row.Required),
                    _reasons.Verdict(row),
                ]
        );

    /// <summary>The cells of a part of the overhead.</summary>
    /// <param name="planned">What ADR-WASM-009 planned, in nanoseconds; null where it says nothing.</param>
    /// <param name="measured">What was measured one by one, and in bursts.</param>
    private static string Part(double? planned, Func<string, double?> measured)
    {
        Goal? goal = planned is null ? null : Goal.AtMost(planned.Value);
        double? one = measured(Names.OneByOne);
        double? burst = measured(Names.Burst);
        return Rows.Cells([
            goal?.Text ?? Show.Missing,
            Show.Time(one),
            Show.Deviation(goal?.Deviation(one)),
            Show.Time(burst),
            Show.Deviation(goal?.Deviation(burst)),
        ]);
    }

    private string Codec() =>
        Rows.Of(_results.All(Names.Serialization), m => [m.Case, MedianAndHigh(m), Show.Allocated(m.AllocatedBytes)]);

    private string Optimisation(string without, string with) =>
        Comparison(_results.Find(Names.Optimisation + without), _results.Find(Names.Optimisation + with));

    private static string Comparison(Measurement? without, Measurement? with) =>
        Rows.Cells([
            Show.Time(without?.Value),
            Show.Time(with?.Value),
            Show.Times(without, with),
            Show.Allocated(without?.AllocatedBytes),
            Show.Allocated(with?.AllocatedBytes),
        ]);

    private string Latency() =>
        Rows.Of(
            _results.All(Names.Distribution),
            m =>
            {
                double? roundTrip = Find(Names.RoundTrip, m.Case, m.Payload);
                return
                [
                    $"{m.Case}, {Show.Size(m.Payload!.Value)}",
                    Show.Time(m.At(50)),
                    Show.Time(m.At(95)),
                    Show.Time(m.At(99)),
                    Show.Time(m.At(99.9)),
                    Show.Count(m.Samples),
                    Show.Time(roundTrip),
                    Show.Times(m.At(50) / roundTrip),
                ];
            }
        );

    private string Peers()
    {
        return Rows.Of(_peers, peer => [PeerCell(peer), .. PeerPayloads.SelectMany(p => Of(peer, p))]);

        string[] Of(string peer, int payload)
        {
            double? time = Find(Names.Peer, peer, payload);
            return [Show.Time(time), Show.Rate(time), Times(peer, Names.Self, payload)];
        }
    }

    private string PeersBySize() =>
        Rows.Of(
            _peers.Where(p => Find(Names.Peer, p, 65536) is not null),
            peer => [PeerCell(peer), .. Names.Payloads.Select(p => Show.Time(Find(Names.Peer, peer, p)))]
        );

    private string Claims()
    {
        return Rows.Of(
            [
                Claim(16, "into a sandbox", "a component call", Names.ComponentPersistent, Names.SelfOneByOne, 10),
                Claim(65536, "into a sandbox", "a component call", Names.ComponentPersistent, Names.SelfOneByOne, 100),
                .. Names.Payloads.Select(p =>
                    Claim(p, "across threads", PeerCell("Channel<byte[]>"), Names.ChannelTwoThreads, Names.Self)
                ),
                .. from peer in _peers.Where(IsLibrary)
                from payload in PeerPayloads
                select Claim(payload, "one sender", peer, peer, Names.Self),
            ],
            cells => cells
        );

        string[] Claim(int payload, string where, string whom, string peer, string own, int least = 1)
        {
            double? ratio = Find(Names.Peer, peer, payload) / Find(Names.Peer, own, payload);
            string claim = $"{where}, {Show.Size(payload)}: {(least == 1 ? "" : $"{least} × ")}ahead of {whom}";
            return
            [
                claim,
                Times(peer, own, payload),
                ratio is null ? Show.Missing
                : ratio >= least ? "yes"
                : $"**no**, {_reasons.Why(CopiesNothing(peer) ? ByReference : claim)}",
            ];
        }
    }

    private string Components() =>
        Rows.Of(
            _results.All(Names.GrowthComponents),
            m => [m.Case, Show.Time(m.Value), Show.Times(m, _results.Find(Names.GrowthComponents, "1"))]
        );

    private string Hops() =>
        Rows.Of(
            _results.All(Names.GrowthHops),
            m => [m.Case, Show.Time(m.Value), Show.Time(m.Value / int.Parse(m.Case, CultureInfo.InvariantCulture))]
        );

    private string BySize(params IEnumerable<(string Name, string Case)> benchmarks) =>
        Rows.Of(
            benchmarks,
            benchmark =>
            {
                Measurement?[] found =
                [
                    .. Names.Payloads.Select(p => _results.Find(benchmark.Name, benchmark.Case, p)),
                ];
                return
                [
                    benchmark.Case.Length == 0 ? benchmark.Name : $"{benchmark.Name}, {benchmark.Case}",
                    .. found.Select(MedianAndHigh),
                    Show.Allocated(found.Max(m => m?.AllocatedBytes)),
                ];
            }
        );

    /// <summary>Keeps a plot as a file, and shows it in the page.</summary>
    private string Image(Plot plot)
    {
        string path = $"performance/{plot.Name}.svg";
        _files[path] = plot.Svg;
        return $"![{plot.Title}]({path})";
    }

    /// <summary>A peer's name in a cell, where angle brackets would be taken for HTML.</summary>
    internal static string PeerCell(string peer) =>
        peer.Replace("Channel<byte[]>", "`Channel<byte[]>`", StringComparison.Ordinal);

    private static bool CopiesNothing(string peer) =>
        peer.EndsWith(", by reference", StringComparison.Ordinal)
        || peer.StartsWith("MediatR", StringComparison.Ordinal);

    private static bool IsLibrary(string peer) =>
        !peer.StartsWith(Names.Self, StringComparison.Ordinal)
        && !peer.StartsWith("Channel", StringComparison.Ordinal)
        && !peer.StartsWith("ComponentFunction", StringComparison.Ordinal);

    private static string MedianAndHigh(Measurement? m) =>
        m is null ? Show.Missing : $"{Show.Time(m.Value)} ({Show.Time(m.High)})";

    private string Times(string peer, string own, int payload) =>
        Show.Times(_results.Find(Names.Peer, peer, payload), _results.Find(Names.Peer, own, payload));

    private double? Find(string name, string @case = "", int? payload = null) =>
        _results.FindValue(name, @case, payload);
}
