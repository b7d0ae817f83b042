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
        foreach ((string guest, IReadOnlyList<Measurement> measurements) in Results.Scale)
        {
            ResultJson.Write(directory, $"scale-{guest}", measurements);
        }

        Assert.Equal(
            ContainmentDocument.Generate(Results),
            ContainmentDocument.Generate(ContainmentResults.Read(directory))
        );
    }

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
