using FireAndForget.Tests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// Whether there is room for an answer is decided before the guest's realloc is called for what the answer points to. These reallocs
/// trap in a way of their own, which would show.
/// </summary>
public class AnswerRoomTests
{
    private const long Unaligned = WasiWat.Answer + 1;

    /// <summary>The last multiple of four with room for half of it.</summary>
    private const long Outside = WasiWat.MemoryBytes - 4;

    private static readonly ScenarioStep ATimer = WasiCalls.Call("subscribe-duration", [1, 0, 0, 0], 0, 0);

    public static TheoryData<string, long[], long, string> Functions
    {
        get
        {
            TheoryData<string, long[], long, string> rows = [];
            foreach (
                (string function, long[] arguments) in new (string, long[])[]
                {
                    ("get-environment", []),
                    ("get-arguments", []),
                    ("get-directories", []),
                    ("#get-random-bytes", [10]),
                    ("get-insecure-random-bytes", [10]),
                }
            )
            {
                rows.Add(function, arguments, Unaligned, "not aligned");
                rows.Add(function, arguments, Outside, "lies outside");
            }

            // On the component API there is a guard before it, for whose copies Wasmtime has other words where they lie outside.
            rows.Add("poll#poll", [WasiWat.Data, 1], Unaligned, "not aligned");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void List_NoRoomForTheAnswer_TrapsBeforeReallocIsCalled(
        string function,
        long[] arguments,
        long room,
        string reason
    )
    {
        using ComparisonCounter counter = new();

        Observations observations = counter.Compare(
            Scenario.Of(
                WasiCalls.Component,
                ATimer,
                ScenarioStep.Pump,
                WasiCalls.Call(function, [1, 0, 0, 0], WasiWat.CallingRealloc, [.. arguments, room])
            )
        );

        Assert.Contains(observations.Lines, line => line.Contains(reason, StringComparison.Ordinal));
    }
}
