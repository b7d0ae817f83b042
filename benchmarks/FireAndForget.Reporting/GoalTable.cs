// The thirteen benchmarks with their figures: the targets of the original plan and what must be reached on two quiet cores.

namespace FireAndForget.Reporting;

internal static class GoalTable
{
    /// <summary>The length of the messages that the figures are for, in bytes.</summary>
    public const int Payload = 16;

    /// <summary>
    /// A core round trip below this, in nanoseconds, counts as one between near processors, as two threads of a core are: 60 was seen
    /// there, 340 between far ones, and 110 to 160 on machines of the same kind.
    /// </summary>
    private const double NearBelow = 100;

    public static IReadOnlyList<GoalRow> Of(RunResults results)
    {
        Measurement? bare = results.Find(Names.BareCall);
        double? roundTrip = results.Find(Names.RoundTrip, Names.TwoThreads, Payload)?.Value;
        double? loadRoundTrip = results.Find(Names.RoundTrip, Names.UnderLoadOf(1), Payload)?.Value;

        double? Value(string name, string @case = "", int? payload = Payload) =>
            results.Find(name, @case, payload)?.Value;

        IReadOnlyList<double>? Samples(string name, string @case) => results.Find(name, @case, Payload)?.Raw;

        double? Percentile(string @case, double percentile) =>
            results.Find(Names.Distribution, @case, Payload)?.At(percentile);

        Goal Bare(double factor) => Goal.Multiple(factor, "the bare call", bare);
        Goal Round(double factor) => Goal.Multiple(factor, "a core round trip", roundTrip);

        const string Overhead = "overhead";
        const string Throughput = "throughput";
        const string Latency = "latency";
        return
        [
            new(Overhead, Names.Validation, "", Goal.AtMost(50, "~"), Goal.AtMost(15), Value(Names.Validation)),
            new(
                Overhead,
                Names.Serialization,
                "",
                Goal.AtMost(100, "< "),
                Goal.AtMost(10),
                Value(Names.Serialization, "encode and decode", null)
            ),
            new(Overhead, Names.Broker, "", Goal.AtMost(211, "~"), Goal.AtMost(35), Value(Names.Broker)),
            new(
                Overhead,
                Names.Call,
                Names.OneByOne,
                Goal.AtMost(20, "~"),
                Bare(1.3),
                Value(Names.Call, Names.OneByOne),
                Samples: Samples(Names.Call, Names.OneByOne)
            ),
            new(
                Overhead,
                Names.Call,
                Names.Burst,
                Goal.AtMost(20, "~"),
                Goal.AtMost(20),
                Value(Names.Call, Names.Burst)
            ),
            new(
                Overhead,
                Names.Total,
                Names.OneByOne,
                Goal.AtMost(280, "~"),
                Bare(2.3),
                Value(Names.Total, Names.OneByOne),
                Samples: Samples(Names.Total, Names.OneByOne)
            ),
            new(
                Overhead,
                Names.Total,
                Names.Burst,
                Goal.AtMost(280, "~"),
                Bare(0.8),
                Value(Names.Total, Names.Burst),
                Samples: Samples(Names.Total, Names.Burst)
            ),
            new(
                Throughput,
                Names.SingleSender,
                "",
                Goal.PerSecond(10_000, "> "),
                Goal.PerSecond(30e6),
                Value(Names.SingleSender),
                ShowsRate: true
            ),
            new(
                Throughput,
                Names.TenSenders,
                "",
                Goal.PerSecond(50_000, "> "),
                Goal.PerSecond(20e6),
                Value(Names.TenSenders),
                ShowsRate: true
            ),
            new(
                Throughput,
                Names.Burst100,
                Names.OneThread,
                Goal.AtMost(10e6, "< "),
                Goal.AtMost(5_000),
                100 * Value(Names.Burst100, Names.OneThread)
            ),
            new(
                Throughput,
                Names.Burst100,
                Names.TwoThreads,
                Goal.AtMost(10e6, "< "),
                Goal.AtMost(5_000),
                100 * Value(Names.Burst100, Names.TwoThreads)
            ),
            new(
                Throughput,
                Names.Sustained,
                "",
                Goal.PerSecond(10_000, "> "),
                Goal.PerSecond(25e6),
                Value(Names.Sustained),
                ShowsRate: true
            ),
            new(
                Latency,
                Names.P50,
                Names.TwoThreads,
                Goal.AtMost(300, "< "),
                Round(roundTrip < NearBelow ? 3 : 2.5),
                Percentile(Names.TwoThreads, 50)
            ),
            new(
                Latency,
                Names.P50,
                Names.OneThread,
                Goal.AtMost(300, "< "),
                Goal.AtMost(110),
                Percentile(Names.OneThread, 50)
            ),
            new(
                Latency,
                Names.P95,
                Names.TwoThreads,
                Goal.AtMost(1_000, "< "),
                Round(2.5),
                Percentile(Names.TwoThreads, 95)
            ),
            new(
                Latency,
                Names.P99,
                Names.TwoThreads,
                Goal.AtMost(10_000, "< "),
                Round(5),
                Percentile(Names.TwoThreads, 99)
            ),
            new(
                Latency,
                Names.UnderLoad,
                "p50",
                Goal.AtMost(500, "< "),
                Goal.Multiple(4, "a core round trip", loadRoundTrip),
                Percentile(Names.UnderLoadOf(1), 50)
            ),
        ];
    }
}
