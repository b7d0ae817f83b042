using FireAndForget.Tests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>WASI of the direct runtime against Wasmtime's own, function by function.</summary>
public class WasiScenarioTests
{
    /// <summary>They take nothing, and return a time or a random number.</summary>
    private static readonly string[] Differing =
    [
        "monotonic-clock#now",
        "monotonic-clock#resolution",
        "get-random-u64",
        "get-insecure-random-u64",
    ];

    /// <summary>What they write into the room for the answer is a time, a random number, or for a reason another error.</summary>
    private static readonly string[] HiddenAnswers =
    [
        "wall-clock#now",
        "wall-clock#resolution",
        "insecure-seed",
        "resolve-addresses",
    ];

    public static TheoryData<int> Functions => [.. Enumerable.Range(0, WasiFunction.All.Count)];

    /// <summary>With streams, pollables and a network at hand, each function with arguments that fit and ones that do not.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_WithEachHandle_AnswersAsWasmtimes(int index)
    {
        WasiFunction function = WasiFunction.All[index];
        string name = $"{function.Interface}#{function.Name}";
        Assert.SkipWhen(EndsIn(name, Differing), "what it returns is a time or a random number");
        long room = EndsIn(name, HiddenAnswers) ? WasiCalls.Hidden : WasiWat.Answer;

        List<ScenarioStep> steps = [];
        foreach (long handle in new[] { 1L, 2, 3, 4, 5, 0, 77 })
        {
            steps.AddRange(Handles);
            if (EndsIn(name, "pollable.ready"))
            {
                // Of a timer that nobody waited for, Wasmtime's own says at the first look that it is not ready yet.
                steps.Add(WasiCalls.Call("pollable.block", 3));
            }

            steps.Add(
                WasiCalls.Call(
                    name,
                    [],
                    EndsIn(name, "random-bytes") ? WasiCalls.Hidden : 0,
                    Arguments(function, handle, room)
                )
            );
            steps.Add(ScenarioStep.Pump);
            if (name.Contains("output-stream", StringComparison.Ordinal))
            {
                // Wasmtime writes on a thread of its own, and what was not flushed when the instance ends may be lost.
                steps.Add(WasiCalls.Call("output-stream.blocking-flush", handle, WasiWat.Answer));
                steps.Add(ScenarioStep.Pump);
            }

            steps.Add(WasiCalls.Call("get-stdin"));
            steps.Add(ScenarioStep.Pump);
            if (function.Parameters is "" or "i" && function.Result.Length == 0)
            {
                // Where it is room for an answer: as it should be, out of bounds, not aligned.
                steps.Add(WasiCalls.Call(name, room));
                steps.Add(ScenarioStep.Pump);
                steps.Add(WasiCalls.Call(name, WasiWat.MemoryBytes - 4));
                steps.Add(WasiCalls.Call(name, 1025));
                steps.Add(ScenarioStep.Pump);
            }
        }

        ComponentOptions granted = ScenarioGuest.Free.With(o =>
            o.Wasi = new()
            {
                Environment = new Dictionary<string, string> { ["HOME"] = "/somewhere", ["LANG"] = "" },
                Arguments = ["guest", "ö"],
            }
        );
        using ComparisonCounter counter = new();
        Observations observations = counter.Compare(new([new("guest", WasiCalls.Component, granted)], steps));
        Assert.Equal("guest: added", observations.Lines[0]);
    }

    private static IEnumerable<ScenarioStep> Handles =>
        [
            WasiCalls.Call("get-stdin"),
            WasiCalls.Call("get-stdout"),
            WasiCalls.Call("subscribe-duration", 0),
            WasiCalls.Call("instance-network"),
            WasiCalls.Call("input-stream.subscribe", 1),
            ScenarioStep.Pump,
        ];

    private static bool EndsIn(string name, params string[] ends) =>
        ends.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    private static long[] Arguments(WasiFunction function, long handle, long room) =>
        [
            .. function.Parameters.Select(
                (kind, i) =>
                    i == 0 ? handle
                    : i == function.Parameters.Length - 1 ? room
                    : 8
            ),
        ];
}
