using FireAndForget.Reporting;
using Xunit;

namespace FireAndForget.Tests.Performance;

/// <summary>The generator of <c>docs/languages/cost.md</c>, on made-up results.</summary>
public sealed class LanguagesDocumentTests
{
    private static readonly LanguagesResults Results = new(
        StoredRun.Circumstances,
        [
            Message("c-mirror.wasm", LanguagesResults.Direct, 200),
            Message("c-mirror.wasm", LanguagesResults.ComponentApi, 9_000),
            Message("c-mirror-wasi.wasm", LanguagesResults.Direct, 224),
            Message("c-mirror-log.wasm", LanguagesResults.Direct, 700),
            Message("c-mirror-log.wasm", LanguagesResults.ComponentApi, 14_000),
        ],
        [
            Measurement.OfSamples(
                LanguagesResults.Loading,
                LanguagesResults.CaseOf("js-mirror.wasm", LanguagesResults.LaterCached),
                null,
                "ms",
                [40, 30, 90]
            ),
            Measurement.OfSamples(
                LanguagesResults.PeakMemory,
                LanguagesResults.CaseOf("js-mirror.wasm", LanguagesResults.LaterCached),
                null,
                "B",
                [104_857_600]
            ),
        ]
    )
    {
        Starts = [Start(LanguagesResults.OnDotNet, 200), Start(LanguagesResults.Native, 50)],
    };

    [Theory]
    [InlineData("| C | `c-mirror.wasm` | 16 B | 200 ns | 1.00 × | 9.00 µs | 45.0 × |")]
    [InlineData("| C, imports WASI and uses none of it | `c-mirror-wasi.wasm` | 16 B | 224 ns | 1.12 × | – | – |")]
    [InlineData("| compiled before, a later load | – | – | 40.00 ms | 100 MiB |")]
    [InlineData("| C that imports WASI and uses none of it, to C without | at most 1.1 × | 1.12 × | **missed** |")]
    [InlineData("| C that logs a line for each message, component API to direct | at least 10 × | 20.0 × | met |")]
    [InlineData("| JavaScript, compiled before, a later load | at most 50.00 ms | 40.00 ms | met |")]
    [InlineData("| JavaScript with WASI, component API to direct | at least 2 × | – | not measured |")]
    [InlineData("| compiled ahead of time | – | 50.00 ms |")]
    [InlineData(
        "| JavaScript, a start of `faf` compiled ahead of time to one on .NET | at most 0.33 × | 0.25 × | met |"
    )]
    public void Generate_Results_HaveTheirRows(string row) =>
        Assert.Contains(row + "\n", LanguagesDocument.Generate(Results), StringComparison.Ordinal);

    [Fact]
    public void Generate_GuestsThatWereNotBuilt_AreNamed() =>
        Assert.Contains(
            "`js-mirror-quickjs.wasm`. `--target=Guests` builds",
            LanguagesDocument.Generate(Results),
            StringComparison.Ordinal
        );

    [Fact]
    public void Generate_QuickOrForcedRun_SaysSoAtTheTop()
    {
        RunInfo run = StoredRun.Circumstances with
        {
            IsQuick = true,
            Unfit = ["other work takes 40 % of the processors"],
        };

        string top = LanguagesDocument.Generate(Results with { Run = run }).Split("\n## ")[0];

        Assert.Contains("**This was a quick look**", top, StringComparison.Ordinal);
        Assert.Contains("forced: other work takes 40 % of the processors.", top, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "languages-written");
        ResultJson.Write(directory, Results.Run);
        ResultJson.Write(directory, LanguagesResults.Message, Results.Messages);
        ResultJson.Write(directory, LanguagesResults.Loading, Results.Loads);
        ResultJson.Write(directory, LanguagesResults.Start, Results.Starts);

        Assert.Equal(LanguagesDocument.Generate(Results), LanguagesDocument.Generate(LanguagesResults.Read(directory)));
    }

    private static Measurement Start(string how, double milliseconds) =>
        Measurement.OfSamples(
            LanguagesResults.Start,
            LanguagesResults.CaseOf("js-mirror.wasm", how),
            null,
            "ms",
            [milliseconds]
        );

    private static Measurement Message(string guest, string runtime, double nanoseconds) =>
        Measurement.OfSamples(
            LanguagesResults.Message,
            LanguagesResults.CaseOf(guest, runtime),
            16,
            "ns",
            [nanoseconds]
        );
}
