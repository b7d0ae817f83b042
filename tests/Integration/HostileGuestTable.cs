namespace FireAndForget.Tests;

/// <summary>What each guest in <c>Hostile</c> does, as its header says.</summary>
internal static class HostileGuestTable
{
    /// <summary>How the traps of the guests that trap in each way read, in the order of their headers.</summary>
    public static IReadOnlyList<string> Traps { get; } =
    [
        "unreachable",
        "divide by zero",
        "integer overflow",
        "invalid conversion to integer",
        "out of bounds memory access",
        "out of bounds memory access",
        "out of bounds memory access",
        "out of bounds",
        "out of bounds",
        "uninitialized element",
        "indirect call type mismatch",
        "call stack exhausted",
        "divide by zero",
        "integer overflow",
        "out of bounds",
        "out of bounds memory access",
        "out of bounds memory access",
        "out of bounds",
        "out of bounds",
    ];

    /// <summary>What becomes of messages, by their length.</summary>
    public static IReadOnlyList<Ending> Endings { get; } =
    [
        new("deep-recursion", Outcome.Trapped, [1000, 40_000], AsComponentToo: true),
        new("deep-recursion-through-the-host-component", Outcome.Trapped, [1000, 1001, 3000, 5000]),
        new("endless-loop", Outcome.TimedOut, [1000, 1001, 1002, 1003, 2000]),
        new("endless-loop-component", Outcome.TimedOut, [1000, 1001, 2000, 3000]),
        new("endless-loop-component", Outcome.TimedOut, [101_000, 102_000, 103_000]),
        new("import-during-post-return-component", Outcome.Trapped, [1000, 1001, 1002]),
        new("import-during-realloc", Outcome.Trapped, [1000, 1001, 1002], AsComponentToo: true),
        new("long-instructions", Outcome.TimedOut, [1000, 1001, 1002, 1003]),
        new("memory-grow-in-start", Outcome.Rejected, [0, 3]),
        new("memory-initial-at-limit", Outcome.Handled, [0, 3]),
        new("objects-without-end", Outcome.Handled, [1010], AsComponentToo: true),
        new("objects-without-end", Outcome.Trapped, [1200, 1999], AsComponentToo: true),
        new("random-bytes-component", Outcome.TimedOut, [1000]),
        new("random-bytes-component", Outcome.Trapped, [1001]),
        new("realloc-for-sender-out-of-bounds", Outcome.Trapped, [0, 3, 40_000], AsComponentToo: true),
        new(
            "realloc-out-of-bounds",
            Outcome.Trapped,
            [0, 1000, 1001, 1002, 1003, 1004, 1005, 1006],
            AsComponentToo: true
        ),
        new("realloc-out-of-bounds", Outcome.Handled, [1007, 1, 2000], AsComponentToo: true),
        new("realloc-overlapping", Outcome.Handled, [0, 3, 1000], AsComponentToo: true),
        new("result-extremes", Outcome.Rejected, [1000, 1001, 1002, 1003]),
        new("result-out-of-range-component", Outcome.Trapped, [1000, 1001, 1002, 1003]),
        new("result-out-of-range-component", Outcome.Rejected, [1]),
        new("self-id-arguments", Outcome.Trapped, [1000, 1001, 1002, 1003, 1004]),
        new("self-id-as-post-return-component", Outcome.Trapped, [0, 3]),
        new("self-id-component", Outcome.Trapped, [1000, 1001, 1002, 1004, 1005, 1006, 1007, 1008, 1009, 1010]),
        new("self-id-component", Outcome.TimedOut, [1003]),
        new("self-id-component", Outcome.Handled, [2000]),
        new("self-id-in-start", Outcome.Handled, [0, 3], AsComponentToo: true),
        new("send-arguments", Outcome.Trapped, [.. Enumerable.Range(1000, 11)], AsComponentToo: true),
        new("send-arguments", Outcome.Handled, [2000, 2001], AsComponentToo: true),
        new("send-arguments", Outcome.Rejected, [2002], AsComponentToo: true),
        new("send-arguments-component", Outcome.Trapped, [3000, 3001, 3002]),
        new("send-as-handle-message", Outcome.Handled, [0, 3, 40_000]),
        new("send-as-realloc", Outcome.Trapped, [0, 3]),
        new("send-overlapping-component", Outcome.Handled, [1000, 1001, 1002, 1003]),
        new(
            "send-invalid-utf8",
            Outcome.Trapped,
            [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1008],
            AsComponentToo: true
        ),
        new("send-invalid-utf8", Outcome.Rejected, [1007], AsComponentToo: true),
        new("traps", Outcome.Trapped, [.. Kinds(1000), .. Kinds(2000)], AsComponentToo: true),
        new("traps-component", Outcome.Trapped, [.. Kinds(3000)]),
        new("traps-component", Outcome.Trapped, [.. Kinds(101_000), .. Kinds(102_000), .. Kinds(103_000)]),
        new("traps-of-references", Outcome.Trapped, [1000, 1001, 1002, 1003, 1004, 1005, 1006]),
        new("wasi-misuse-component", Outcome.TimedOut, [7000, 7001, 7002]),
        // Wasmtime's own WASI traps a write that nobody asked whether there is room for.
        new("wasi-misuse-component", Outcome.TimedOut, [7003, 7004], OnTheComponentApi: Outcome.Trapped),
        new("wasi-misuse-component", Outcome.Trapped, [.. Enumerable.Range(1005, 7)]),
    ];

    /// <summary>Guests that cannot be loaded, and words of the error.</summary>
    public static IReadOnlyList<(string File, string[] Words)> Unloadable { get; } =
    [
        ("deep-recursion-in-start.wat", ["instantiated", "call stack exhausted"]),
        ("endless-loop-in-start.wat", ["load budget of 150 ms"]),
        ("endless-loop-in-start-component.wat", ["load budget of 150 ms"]),
        ("memory-initial-too-large.wat", ["67174400", "67108864", "memory-bytes"]),
        ("memory-initial-too-large-component.wat", ["67174400", "67108864", "memory-bytes"]),
        ("memory64.wat", ["64-bit"]),
        ("send-in-start.wat", ["send", "instantiated"]),
        ("send-in-start-component.wat", ["send", "instantiated"]),
        ("shared-memory.wat", ["shared"]),
        ("table-initial-too-large.wat", ["100001", "100000", "table-elements"]),
        ("trap-in-data-segment.wat", ["instantiated", "out of bounds"]),
        ("trap-in-start.wat", ["instantiated", "unreachable"]),
        ("trap-in-start-component.wat", ["instantiated", "unreachable"]),
        ("two-memories-too-large.wat", ["67239936", "67108864", "memory-bytes"]),
        ("two-memories-too-large-component.wat", ["67239936", "67108864", "memory-bytes"]),
        ("two-tables-too-large.wat", ["100002", "100000", "table-elements"]),
    ];

    /// <summary>Guests that cannot be loaded under an id of this length, and words of the error.</summary>
    public static IReadOnlyList<(string File, int IdLength, string Words)> UnloadableById { get; } =
    [
        ("endless-loop-in-start.wat", 1, "load budget of 150 ms"),
        ("endless-loop-in-start.wat", 2, "load budget of 150 ms"),
        ("realloc-in-start-component.wat", 1, "unreachable"),
        ("realloc-in-start-component.wat", 2, "load budget of 150 ms"),
        ("realloc-in-start-component.wat", 3, "call stack exhausted"),
        ("realloc-in-start-component.wat", 4, "what realloc gave"),
        ("realloc-in-start-component.wat", 5, "what realloc gave"),
        .. Traps.Index().Select(trap => ("traps-in-start.wat", trap.Index + 1, trap.Item)),
        .. Traps.Index().Select(trap => ("traps-in-start-component.wat", trap.Index + 1, trap.Item)),
    ];

    /// <summary>The lengths of messages on which a guest traps in each way, from the first one on.</summary>
    private static IEnumerable<int> Kinds(int first) => Enumerable.Range(first, Traps.Count);
}

/// <summary>How messages of some lengths end.</summary>
/// <param name="Guest">The file without <c>.wat</c>.</param>
/// <param name="Outcome">What becomes of each of them.</param>
/// <param name="Lengths">The lengths of the messages; each makes the guest do something else.</param>
/// <param name="AsComponentToo">Whether there is the same guest as a component, in a file that ends in <c>-component</c>.</param>
/// <param name="OnTheComponentApi">The outcome there, where it is another one.</param>
internal sealed record Ending(
    string Guest,
    Outcome Outcome,
    int[] Lengths,
    bool AsComponentToo = false,
    Outcome? OnTheComponentApi = null
)
{
    public string[] Files => AsComponentToo ? [$"{Guest}.wat", $"{Guest}-component.wat"] : [$"{Guest}.wat"];
}
