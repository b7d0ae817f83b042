using FireAndForget.Guests.Instances;
using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>The generator of <c>docs/containment.md</c>, on made-up results.</summary>
public sealed class ContainmentDocumentTests
{
    private static readonly ContainmentResults Results = new(
        StoredRun.Circumstances,
        [
            Row(workers: 1, [0.5, 0.9, 0.95], new() { ["trapped"] = 3 }),
            Row(workers: 2, [1.0, 0.97, 0.99], new() { ["trapped"] = 4, ["handled"] = 1000 }, sendsRefused: 7),
        ],
        [Row(workers: 1, [0.81, 0.79, 0.83], []), Row(workers: 2, [0.6, 0.79, 0.9], [])],
        [Measurement.OfSamples("overshoot", "fills|64 MiB", null, "ns", [20e6, 90e6, 30e6])],
        [
            Measurement.OfSamples("churn_alone", "", null, "messages/s", [2e6, 1e6, 3e6]),
            Measurement.OfSamples("churn_beside", "", null, "messages/s", [1.5e6]),
            Measurement.OfSamples("churn_kept", "", null, "ratio", [0.75, 0.7, 0.8]),
            Measurement.OfSamples("churn_pace", "", null, "components/s", [999.7]),
        ],
        [
            Bomb("small", "is small", BombEnd.Failed, "it has 2|3; build it otherwise. Now.", bytes: 300),
            Bomb("endless", "never ends", BombEnd.Done, "sent 1, trapped 1", bytes: null),
            Bomb("new", "is new", BombEnd.Done, "", bytes: 1),
        ],
        [
            Bomb("endless", "never ends", BombEnd.Crashed, "exit code 134", bytes: null, commit: "earlier"),
            Bomb("small", "is small", BombEnd.Ended, "", bytes: 300, seconds: 20.26, peak: 4L << 30, commit: "earlier"),
        ],
        new Dictionary<string, IReadOnlyList<Measurement>>
        {
            ["one"] = [Measurement.OfSamples("scale_memory", "before its first message", null, "B", [29_000])],
            ["other"] = [Measurement.OfSamples("scale_memory", "before its first message", null, "B", [2_900_000])],
        }
    );

    [Theory]
    [InlineData(
        "| `guest` | does it | trapped 7, handled 1,000, its own sends refused 7 | 8 | 90 % | 50 % | 99 % | 97 % |"
    )]
    [InlineData("| does it | 1 | 2.0 M/s | 81 % | 79 % | yes |")]
    [InlineData("| does it | 2 | 2.0 M/s | 79 % | 60 % | **no** |")]
    [InlineData("| fills | 64 MiB | 30.00 ms | 90.00 ms |")]
    [InlineData("| 2.0 M/s | 1,000 /s | 1.5 M/s | 75 % | 70 % |")]
    [InlineData(
        "| what it is | file | before, `earlier` | memory | what became of it | now | memory | what becomes of it |"
    )]
    [InlineData("| is small | 300 B | 20.3 s | 4096 MiB | **ended** | 0.6 s | 62 MiB | it has 2\\|3 |")]
    [InlineData(
        "| never ends | no end | 0.6 s | 62 MiB | **crashed**, exit code 134 | 0.6 s | 62 MiB | sent 1, trapped 1 |"
    )]
    [InlineData("| is new | 1 B | – | – | – | 0.6 s | 62 MiB | taken |")]
    [InlineData("| for each component | `one` | `other` |")]
    [InlineData("| resident before its first message | 28.3 KiB | 2.8 MiB |")]
    public void Generate_Results_HaveTheirRows(string row) =>
        Assert.Contains(row + "\n", ContainmentDocument.Generate(Results), StringComparison.Ordinal);

    [Fact]
    public void Generate_QuickOrForcedRun_SaysSoAtTheTop()
    {
        RunInfo run = StoredRun.Circumstances with
        {
            IsQuick = true,
            Unfit = ["other work takes 40 % of the processors"],
        };

        string top = ContainmentDocument.Generate(Results with { Run = run }).Split("\n## ")[0];

        Assert.Contains("**This was a quick look**", top, StringComparison.Ordinal);
        Assert.Contains("forced: other work takes 40 % of the processors.", top, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "containment-written");
        ResultJson.Write(directory, Results.Run);
        ResultJson.Write(directory, "guests", Results.Guests);
        ResultJson.Write(directory, "fairness", Results.Fairness);
        ResultJson.Write(directory, "overshoot", Results.Overshoot);
        ResultJson.Write(directory, "churn", Results.Churn);
        ResultJson.Write(directory, "bombs", Results.Bombs);
        ResultJson.Write(
            directory,
            Path.GetFileNameWithoutExtension(ContainmentResults.BombsBeforeFile),
            Results.BombsBefore
        );
        foreach ((string guest, IReadOnlyList<Measurement> measurements) in Results.Scale)
        {
            ResultJson.Write(directory, $"scale-{guest}", measurements);
        }

        Assert.Equal(
            ContainmentDocument.Generate(Results),
            ContainmentDocument.Generate(ContainmentResults.Read(directory))
        );
    }

    [Fact]
    public void Generate_NothingMeasuredBefore_SaysOnlyWhatIsNow() =>
        Assert.Contains(
            "| is small | 300 B | – | – | – | 0.6 s | 62 MiB | it has 2\\|3 |\n",
            ContainmentDocument.Generate(Results with { BombsBefore = [] }),
            StringComparison.Ordinal
        );

    private static BombRow Bomb(
        string name,
        string does,
        BombEnd end,
        string why,
        long? bytes,
        double seconds = 0.62,
        long peak = 62 << 20,
        string commit = "now"
    ) =>
        new()
        {
            Bomb = name,
            Does = does,
            Commit = commit,
            FileBytes = bytes,
            Seconds = seconds,
            PeakBytes = peak,
            End = end,
            Why = why,
        };

    private static ContainmentRow Row(
        int workers,
        double[] kept,
        Dictionary<string, long> ends,
        long sendsRefused = 0
    ) =>
        new()
        {
            Guest = "guest",
            Does = "does it",
            Workers = workers,
            Kept = kept,
            Rate = 2e6,
            Ends = ends,
            Restarts = 4,
            SendsRefused = sendsRefused,
        };
}
