// Small files that cost seconds or gigabytes before there was a bound for what they ask for, by the way in which they meet faf.

using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal static class Bombs
{
    private const int Mebibyte = 1 << 20;

    /// <summary>A folder, with which a component runs on the component API, and room for a message of 60 MiB.</summary>
    private const string OnComponentApiOptions = """
        "wasi":{"directories":[{"host":".","guest":"/"}]},
        "max-message-bytes":100000000,"mailbox":{"bytes":200000000},"limits":{"memory-bytes":1000000000}
        """;

    public static IReadOnlyList<Bomb> All { get; } =
    [.. Decoding(), .. Compiling(), .. Instances(), .. Messages(), .. Outputs()];

    private static IEnumerable<Bomb> Decoding() =>
        [
            Inspected(
                "parts",
                "1,000 instances of a module of 100,000 memories",
                () => BombFiles.Memories(100_000, 1000)
            ),
            Inspected(
                "names",
                "200,000 instances, each given a name of 100,000 letters",
                () => BombFiles.LongNames(100_000, 200_000)
            ),
            new(
                "sparse",
                "1.9 GiB of zeros that are not on the disk",
                folder =>
                {
                    folder.MakeSparse(1900L * Mebibyte);
                    return ["inspect", "bomb.wasm"];
                }
            ),
            new(
                "endless",
                "`/dev/zero`",
                folder =>
                {
                    folder.LinkEndless();
                    return ["inspect", "bomb.wasm"];
                }
            ),
        ];

    private static IEnumerable<Bomb> Compiling() =>
        [
            Loaded(
                "params",
                "600 loops in each other, each with 900 parameters and results",
                () => BombFiles.Parameters(900, 600)
            ),
            Loaded("loops", "5,000 loops in each other over 2,000 locals", () => BombFiles.Loops(5000, 2000)),
            Loaded("locals", "100,000 sums of 49,000 locals in a loop", () => BombFiles.Locals(49_000, 100_000)),
        ];

    private static IEnumerable<Bomb> Instances() =>
        [
            Loaded(
                "imports",
                "98 instances of a module that imports `send` 10,000 times, and a trap",
                () => BombFiles.Imports(10_000, 98),
                """ "limits":{"load-ms":100,"message-ms":10,"memory-bytes":65536,"table-elements":0}"""
            ),
            Loaded(
                "globals",
                "200 instances of a module of 1,000,000 globals",
                () => BombFiles.Globals(1_000_000, 200)
            ),
        ];

    private static IEnumerable<Bomb> Messages() =>
        [
            Loaded(
                "mangled",
                "a trap in a function whose C++ name has 10 to the power of 9 parts",
                () => BombFiles.MangledName(10, 9)
            ) with
            {
                Expected = BombEnd.Done,
            },
            OnComponentApi(
                "target",
                "a send to a name of 60 MB, on the component API",
                () => BombFiles.LongTarget(60_000_000),
                1
            ),
            OnComponentApi(
                "large",
                "a message of 60 MiB, on the component API",
                () => BombFiles.Room(1000),
                60 * Mebibyte
            ),
        ];

    private static IEnumerable<Bomb> Outputs() =>
        [
            Unread(
                "refusals",
                "sends to nobody without end for 5 s, and nobody reads the output",
                BombFiles.Refusals,
                "bomb"
            ),
            Read("refusals-read", "the same, and the output is read", BombFiles.Refusals, "bomb"),
            Unread(
                "messages",
                "messages of 60 MB without end for 5 s, and nobody reads the output",
                () => BombFiles.LargeMessages(60_000_000),
                "client"
            ),
            Read(
                "messages-read",
                "the same, and the output is read",
                () => BombFiles.LargeMessages(60_000_000),
                "client"
            ),
        ];

    private static Bomb Inspected(string name, string does, Func<string> wat) =>
        new(
            name,
            does,
            folder =>
            {
                folder.WriteGuest(wat());
                return ["inspect", "bomb.wasm"];
            }
        );

    /// <summary>A guest that gets one message where it is loaded.</summary>
    private static Bomb Loaded(
        string name,
        string does,
        Func<string> wat,
        string options = "",
        int length = 1,
        params string[] arguments
    ) =>
        new(
            name,
            does,
            folder =>
            {
                folder.WriteGuest(wat());
                folder.WriteTopology(options);
                folder.WriteMessage(length);
                return ["run", "topology.json", "--messages", "messages.jsonl", .. arguments];
            }
        );

    private static Bomb OnComponentApi(string name, string does, Func<string> wat, int length) =>
        Loaded(name, does, wat, OnComponentApiOptions, length) with
        {
            Expected = BombEnd.Done,
        };

    private static Bomb Read(string name, string does, Func<string> wat, string sendsTo) =>
        Loaded(name, does, wat, $""" "sends-to":["{sendsTo}"]""", 1, "--for", "5") with
        {
            Expected = BombEnd.Done,
        };

    private static Bomb Unread(string name, string does, Func<string> wat, string sendsTo) =>
        Read(name, does, wat, sendsTo) with
        {
            IsOutputRead = false,
            Expected = BombEnd.Failed,
        };
}
