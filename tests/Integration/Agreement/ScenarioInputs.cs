using System.Text;

namespace FireAndForget.Tests.Agreement;

/// <summary>The guests that both runtimes can run, and the messages to which they do something of their own.</summary>
internal static class ScenarioInputs
{
    /// <summary>Fixtures, and guests that other toolchains made.</summary>
    public static IReadOnlyList<string> Fixtures { get; } =
    [
        TestFiles.HandleMessage,
        TestFiles.CMirror,
        TestFiles.CMirrorWasi,
        TestFiles.CMirrorLog,
        TestFiles.CWasi,
        TestFiles.RustMirror,
        TestFiles.RustReceiver,
        TestFiles.WatMirror,
        TestFiles.ConversationComponent,
    ];

    /// <summary>
    /// The hostile components, with the lengths of messages that make them do something; only those that end without waiting for the
    /// budget, and do not show how deep the stack is or how soon WASI has room again for what nobody asked room for.
    /// </summary>
    public static IReadOnlyDictionary<string, int[]> Hostile { get; } =
        new Dictionary<string, int[]>
        {
            ["deep-recursion-through-the-host-component.wat"] = [1000, 1001, 3000, 5000],
            ["import-during-post-return-component.wat"] = [1000, 1001, 1002],
            ["import-during-realloc-component.wat"] = [1000, 1001, 1002],
            ["realloc-for-sender-out-of-bounds-component.wat"] = [],
            ["realloc-in-start-component.wat"] = [1, 3, 4, 5],
            ["realloc-out-of-bounds-component.wat"] = [.. Enumerable.Range(1000, 8)],
            ["realloc-overlapping-component.wat"] = [1000],
            ["result-out-of-range-component.wat"] = [1, 1000, 1001, 1002, 1003],
            ["self-id-as-post-return-component.wat"] = [],
            ["self-id-component.wat"] = [1000, 1001, 1002, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 2000],
            ["self-id-in-start-component.wat"] = [],
            ["send-arguments-component.wat"] = [.. Enumerable.Range(1000, 11), 2000, 2001, 2002, 3000, 3001, 3002],
            ["send-invalid-utf8-component.wat"] = [.. Enumerable.Range(1000, 9)],
            ["send-overlapping-component.wat"] = [1000, 1001, 1002, 1003],
            ["traps-component.wat"] =
            [
                .. new[] { 1000, 2000, 3000, 101_000, 102_000, 103_000 }.SelectMany(place =>
                    Enumerable.Range(place, 19)
                ),
            ],
            ["wasi-misuse-component.wat"] = [.. Enumerable.Range(1005, 7)],
        };

    /// <summary>Hostile components that cannot be loaded.</summary>
    public static IReadOnlyList<string> Unloadable { get; } =
    [
        "memory-initial-too-large-component.wat",
        "send-in-start-component.wat",
        "trap-in-start-component.wat",
        "two-memories-too-large-component.wat",
        "traps-in-start-component.wat",
    ];

    /// <summary>
    /// Messages by which a <see cref="TestFiles.ConversationComponent"/> asks, publishes, sends later and numbers: each operation, to
    /// somebody and to nobody, with each request that is answered in a way of its own.
    /// </summary>
    public static IReadOnlyList<byte[]> Conversations { get; } =
    [
        .. new[] { "guest", "other", "client", "nobody", "A b", "" }.SelectMany(target =>
            new byte[][]
            {
                [0, 42],
                [1, 1],
                [2],
                [4],
                [5],
                [6],
                [7],
                [0, 0xFF],
                [],
                [0, .. new byte[40_000]],
            }.SelectMany(request =>
                new[]
                {
                    Conversation(1, target, request),
                    Conversation(2, target, request),
                    Conversation(3, target, request),
                    // With 65 s to answer in, which no machine is too busy for.
                    Conversation(4, target, [0, 0, 1, 0, .. request]),
                }
            )
        ),
        .. new[] { "guest", "sink", "A b" }.SelectMany(target =>
            new[]
            {
                Conversation(5, target, []),
                Conversation(6, target, [1, 2]),
                Conversation(7, target, [0, 0, 0, 1, 0, 0, 0, 0, 1, 2]),
                Conversation(8, target, [0, 0, 0, 1, 0, 0, 0, 0, 1, 2]),
            }
        ),
        Conversation(9, "", []),
    ];

    /// <summary>Messages that some fixture treats in a way of its own.</summary>
    public static IReadOnlyList<byte[]> Messages { get; } =
    [
        [],
        [0xEC],
        [0xEC, 1, 2],
        [0xFE],
        [0xFE, .. "sink"u8],
        [0xFE, .. "nobody"u8],
        [0xFE, .. "É"u8],
        [0xFE, 0xED, 0xA0, 0x80],
        [0xFF, 0],
        [.. "hello"u8],
        [.. "123456789"u8, 0x26, 0x39, 0xF4, 0xCB],
        [.. "123456789"u8, 0xCB, 0xF4, 0x39, 0x26],
        [0, 0, 0, 0],
        [.. "!oto whom it concerns"u8],
        [.. "!eline one\nline two\r\n\x07\xFF"u8],
        [.. "!vHOME"u8],
        [.. "!s0"u8],
        [.. "!i"u8],
        [.. "!f/etc/passwd"u8],
        [.. "!x0"u8],
        [.. "!x1"u8],
        [.. "!x7"u8],
        [.. "!a"u8],
        [.. "!z"u8],
    ];

    private static byte[] Conversation(byte operation, string target, byte[] payload) =>
        [operation, (byte)target.Length, .. Encoding.ASCII.GetBytes(target), .. payload];
}
