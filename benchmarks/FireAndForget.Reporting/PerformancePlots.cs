// The plots of docs/performance.md.

namespace FireAndForget.Reporting;

/// <param name="Name">The name of its file, without the extension.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Svg">The drawing.</param>
internal sealed record Plot(string Name, string Title, string Svg);

internal sealed class PerformancePlots(RunResults results)
{
    public Plot Overhead() =>
        BySize(
            "overhead",
            "Time for a message of each size, on one thread",
            (Names.Broker, "", "broker"),
            (Names.Call, Names.Burst, "wasm call, batch"),
            (Names.Total, Names.OneByOne, "total, one by one"),
            (Names.Total, Names.Burst, "total, bursts")
        );

    public Plot Throughput() =>
        BySize(
            "throughput",
            "Time for a message of each size, across threads",
            (Names.SingleSender, "", "one sender"),
            (Names.TenSenders, "", "ten senders"),
            (Names.Sustained, "", "rounds of 1,000")
        );

    public Plot Latency()
    {
        return Lines(
            "latency",
            "Percentiles from send to handled",
            Names.Percentiles.Select(p =>
                p is 0 ? "min"
                : p is 100 ? "max"
                : $"p{Show.Count(p)}"
            ),
            Line(Names.OneThread, 16, "one thread, 16 B"),
            Line(Names.TwoThreads, 16, "two threads, 16 B"),
            Line(Names.TwoThreads, 4096, "two threads, 4 KiB"),
            Line(Names.UnderLoadOf(1), 16, "under load, 16 B")
        );

        (string, IReadOnlyList<double?>) Line(string @case, int payload, string label) =>
            (label, [.. (results.Find(Names.Distribution, @case, payload)?.Raw ?? []).Select(v => (double?)v)]);
    }

    public Plot Peers(int payload)
    {
        string title = $"Time for a message of {Show.Size(payload)}";
        IEnumerable<(string, double, bool)> bars =
            from peer in results.All(Names.Peer).Select(m => m.Case).Distinct()
            let time = results.FindValue(Names.Peer, peer, payload)
            where time > 0
            select (peer, time.Value, peer.StartsWith(Names.Self, StringComparison.Ordinal));
        return new($"peers-{payload}", title, BarPlot.Draw(title, [.. bars]));
    }

    public Plot Growth()
    {
        Measurement[] measured = [.. results.All(Names.GrowthComponents)];
        return Lines(
            "growth",
            "Time for a message as the number of components grows",
            measured.Select(m => m.Case),
            ("time for a message", [.. measured.Select(m => (double?)m.Value)])
        );
    }

    private Plot BySize(string name, string title, params IEnumerable<(string Name, string Case, string Label)> lines)
    {
        return Lines(name, title, Names.Payloads.Select(p => Show.Size(p)), [.. lines.Select(Line)]);

        (string, IReadOnlyList<double?>) Line((string Name, string Case, string Label) line) =>
            (line.Label, [.. Names.Payloads.Select(p => results.FindValue(line.Name, line.Case, p))]);
    }

    private static Plot Lines(
        string name,
        string title,
        IEnumerable<string> steps,
        params IReadOnlyList<(string Name, IReadOnlyList<double?> Nanoseconds)> lines
    ) => new(name, title, LinePlot.Draw(title, [.. steps], lines));
}
