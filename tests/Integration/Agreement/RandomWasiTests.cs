using CsCheck;
using FireAndForget.Tests.Properties;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Random sequences of WASI's functions, on the direct runtime and on Wasmtime's own.</summary>
public class RandomWasiTests
{
    private static readonly Gen<byte> AnyByte = Gen.Frequency(
        (6, Gen.Byte),
        (6, Gen.Byte[0x20, 0x7E]),
        (1, Gen.Const((byte)'\n'))
    );

    private static readonly Gen<WasiScenario.Pick> AnyPick = Gen.Select(
        Gen.Int[0, 9999],
        Gen.Int[0, 9999],
        Gen.Int[0, 9999],
        Gen.Long,
        AnyByte.Array[0, 200],
        (one, two, room, number, data) => new WasiScenario.Pick(one, two, room, number, data)
    );

    private static readonly Gen<int> AnyCall = Gen.Frequency([
        .. WasiScenario.Calls.Select((call, index) => (call.Weight, Gen.Const(index))),
    ]);

    private static readonly Gen<ComponentOptions> AnyOptions = Gen.Bool.Select(isGranted =>
        ScenarioGuest.Free.With(o =>
            o.Wasi = isGranted
                ? new()
                {
                    Environment = new Dictionary<string, string> { ["HOME"] = "/somewhere", ["ÄÖ"] = "" },
                    Arguments = ["guest", "", "with space", "ö"],
                }
                : new()
        )
    );

    private static readonly Gen<Scenario> AnyScenario = Gen.Select(
        AnyOptions,
        Gen.Select(AnyCall, AnyPick).Array[3, 20].Array[1, 8],
        WasiScenario.Of
    );

    [Fact]
    public void AnySequence_OnBothRuntimes_ShowsTheSame() => Compare(40);

    [Fact]
    [Nightly]
    public void AnyOfManySequences_OnBothRuntimes_ShowsTheSame() => Compare(400);

    private static void Compare(int scenarios)
    {
        using ComparisonCounter counter = new();
        AnyScenario.Sample(
            scenario => _ = counter.Compare(scenario),
            iter: PropertyRuns.Of(scenarios),
            print: scenario => scenario.ToString()
        );
    }
}
