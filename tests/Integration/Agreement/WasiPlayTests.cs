using FireAndForget.Tests.Wasi;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>WASI of the direct runtime against Wasmtime's own, function by function.</summary>
public class WasiPlayTests
{
    /// <summary>Where an answer goes that differs each time: in no answer of the guest.</summary>
    private const uint Hidden = 0x60000;

    /// <summary>What they return is a time, a random number, or differs for a reason.</summary>
    private static readonly string[] Differing =
    [
        "monotonic-clock#now",
        "monotonic-clock#resolution",
        "get-random-u64",
        "get-insecure-random-u64",
        // Wasmtime's own lets a guest write less at once.
        "output-stream.check-write",
        // Of one of the two pollables it says at the first look that it is not ready yet.
        "pollable.ready",
        // Another error than access-denied.
        "resolve-addresses",
    ];

    /// <summary>Without two functions that Wasmtime does not have; another of the same type stands in their place.</summary>
    private static readonly string Component = WasiWat
        .Component.Replace(
            "\n    (export \"exit-with-code\" (func (param \"status-code\" u8)))))",
            "))",
            StringComparison.Ordinal
        )
        .Replace(
            "\n    (export \"network-error-code\" (func (param \"err\" (borrow $error)) (result (option $error-code))))))",
            "))",
            StringComparison.Ordinal
        )
        .Replace("(func $cli-exit \"exit-with-code\")", "(func $cli-exit \"exit\")", StringComparison.Ordinal)
        .Replace(
            "(func $sockets-network \"network-error-code\")",
            "(func $filesystem-types \"filesystem-error-code\")",
            StringComparison.Ordinal
        );

    public static TheoryData<int> Functions => [.. Enumerable.Range(0, WasiFunction.All.Count)];

    /// <summary>With streams, pollables and a network at hand, each function with arguments that fit and ones that do not.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_WithEachHandle_AnswersAsWasmtimes(int index)
    {
        WasiFunction function = WasiFunction.All[index];
        string name = $"{function.Interface}#{function.Name}";
        Assert.SkipWhen(
            Differing.Any(d => name.EndsWith(d, StringComparison.Ordinal)),
            "what it returns is a time, a random number, or a named difference"
        );

        List<Act> acts = [];
        foreach (long handle in new[] { 1L, 2, 3, 4, 5, 0, 77 })
        {
            acts.AddRange(Handles);
            acts.Add(
                WasiScene.Call(
                    name,
                    [],
                    name.EndsWith("random-bytes", StringComparison.Ordinal) ? Hidden : 0,
                    Arguments(function, handle)
                )
            );
            acts.Add(Act.Pump);
            acts.Add(WasiScene.Call("get-stdin"));
            acts.Add(Act.Pump);
            if (function.Parameters is "" or "i" && function.Result.Length == 0)
            {
                // Out of bounds, not aligned.
                acts.Add(WasiScene.Call(name, WasiWat.MemoryBytes - 4));
                acts.Add(WasiScene.Call(name, 1025));
                acts.Add(Act.Pump);
            }
        }

        Account account = Stage.Compare(Play.Of(Component, acts));
        Assert.Equal("guest: added", account.Lines[0]);
    }

    private static IEnumerable<Act> Handles =>
        [
            WasiScene.Call("get-stdin"),
            WasiScene.Call("get-stdout"),
            WasiScene.Call("subscribe-duration", 0),
            WasiScene.Call("instance-network"),
            WasiScene.Call("input-stream.subscribe", 1),
            Act.Pump,
        ];

    private static long[] Arguments(WasiFunction function, long handle) =>
        [
            .. function.Parameters.Select(
                (kind, i) =>
                    i == 0 ? handle
                    : i == function.Parameters.Length - 1 ? WasiWat.Answer
                    : 8
            ),
        ];
}
