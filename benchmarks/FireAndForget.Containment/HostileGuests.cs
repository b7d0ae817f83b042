// The hostile guests of tests/Integration/Hostile, by what they do. Those of which the tests show that they are refused or that they
// do no more than others of the list are left to the tests.

namespace FireAndForget.Containment;

internal static class HostileGuests
{
    private const int KindsOfTraps = 19;

    /// <summary>The budget of guests that take long and end by themselves.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    /// <summary>The guest that always burns its budget.</summary>
    public static HostileGuest Burning { get; } =
        HostileGuest.OfLengths("endless-loop", "loops in handle-message", 1000);

    public static IReadOnlyList<HostileGuest> All { get; } =
    [.. Loops(), .. Traps(), .. Nonsense(), .. Sends(), .. Memory(), .. Wasi(), .. Loads()];

    /// <summary>The guest that traps as often as it can.</summary>
    public static HostileGuest Trapping { get; } =
        HostileGuest.OfLengths("traps", "traps at each of 12,800 messages a second", 1000) with
        {
            Burst = 64,
        };

    private static IEnumerable<HostileGuest> Loops() =>
        [
            Burning,
            HostileGuest.OfLengths("endless-loop", "loops in handle-message, sending", 1001),
            HostileGuest.OfLengths("endless-loop", "loops in handle-message, asking for its id", 1002),
            HostileGuest.OfLengths("endless-loop", "loops in handle-message, filling its memory", 1003),
            HostileGuest.OfLengths("endless-loop", "loops in realloc", 2000),
            HostileGuest.OfLengths("endless-loop-component", "loops in realloc, for a large message", 102_000),
            HostileGuest.OfLengths("endless-loop-component", "loops in post-return", 3000),
            HostileGuest.OfLengths("self-id-component", "loops in the realloc of an import's answer", 1003),
        ];

    private static IEnumerable<HostileGuest> Traps() =>
        [
            HostileGuest.OfLengths("traps", "traps in handle-message, in 19 ways", Kinds(1000)),
            HostileGuest.OfLengths("traps", "traps in realloc, in 19 ways", Kinds(2000)),
            HostileGuest.OfLengths("traps-component", "traps in post-return, in 19 ways", Kinds(3000)),
            HostileGuest.OfLengths("traps-component", "traps at large messages, in 19 ways", Kinds(101_000)),
            HostileGuest.OfLengths(
                "traps-of-references",
                "traps over references, objects, exceptions",
                Enumerable.Range(1000, 7)
            ),
            HostileGuest.OfLengths("deep-recursion", "recurses without end, through an import", 1000),
            HostileGuest.OfLengths(
                "deep-recursion-through-the-host-component",
                "recurses on both sides of the host's frames",
                1000,
                5000
            ),
        ];

    private static IEnumerable<HostileGuest> Nonsense() =>
        [
            HostileGuest.OfLengths(
                "realloc-out-of-bounds",
                "hands back blocks out of bounds",
                [0, .. Enumerable.Range(1000, 7)]
            ),
            HostileGuest.OfLengths("realloc-for-sender-out-of-bounds", "the same for the sender's id", 10),
            HostileGuest.OfLengths("realloc-overlapping", "hands back blocks that overlap", 1000),
            HostileGuest.OfLengths("realloc-grows-memory", "moves its memory's end in each realloc", 1000),
            HostileGuest.OfLengths("import-during-realloc", "calls imports in realloc", 1000, 1001, 1002),
            HostileGuest.OfLengths(
                "import-during-post-return-component",
                "calls imports in post-return",
                1000,
                1001,
                1002
            ),
            HostileGuest.OfLengths("result-extremes", "rejects with extreme numbers", 1000, 1001, 1002, 1003),
            HostileGuest.OfLengths(
                "result-out-of-range-component",
                "answers with discriminants out of range",
                1000,
                1001,
                1002,
                1003
            ),
            HostileGuest.OfLengths("self-id-arguments", "asks for its id out of bounds", Enumerable.Range(1000, 5)),
            HostileGuest.OfLengths(
                "self-id-component",
                "misplaces the answer of an import",
                [1000, 1001, 1002, 1004, 1005, 1006, 1007, 1008]
            ),
            HostileGuest.OfLengths("self-id-as-post-return-component", "exports an import as its post-return", 10),
            HostileGuest.OfLengths("send-as-realloc", "exports an import as its realloc", 10),
            HostileGuest.OfLengths("send-arguments", "sends from out of bounds", Enumerable.Range(1000, 11)),
            HostileGuest.OfLengths(
                "send-arguments-component",
                "has no room for the answer of a send",
                3000,
                3001,
                3002
            ),
            HostileGuest.OfLengths("send-overlapping-component", "sends areas that overlap", 1000, 1001, 1002, 1003),
            HostileGuest.OfLengths("send-invalid-utf8", "sends to what is no UTF-8", Enumerable.Range(1000, 7)),
        ];

    private static IEnumerable<HostileGuest> Sends() =>
        [
            HostileGuest.OfMessage("send-storm", "sends 100,000 messages at once", "sink"u8) with
            {
                Budget = Long,
            },
            HostileGuest.OfMessage("send-storm", "sends 100,000 messages to nobody", "no-id-of-anybody"u8) with
            {
                Budget = Long,
            },
            HostileGuest.OfMessage("self-send", "sends to itself without end", [0xFF, 1]),
            HostileGuest.OfMessage("self-send", "fills its own mailbox without end", [0xFF, 2]),
        ];

    private static IEnumerable<HostileGuest> Memory() =>
        [
            HostileGuest.OfLengths("memory-grow", "takes and writes all memory it can get", 1001),
            HostileGuest.OfLengths("memory-grow", "asks for more memory than there is", 1002),
            HostileGuest.OfLengths("two-memories-grow", "takes all it can get for two memories", 1000),
            HostileGuest.OfLengths("objects-without-end", "makes objects and keeps them", 1999) with
            {
                Budget = Long,
            },
            HostileGuest.OfLengths("table-grow", "takes all table elements it can get", 1000),
        ];

    private static IEnumerable<HostileGuest> Wasi() =>
        [
            HostileGuest.OfLengths("wasi-misuse-component", "polls a timer without end", 7000),
            HostileGuest.OfLengths("wasi-misuse-component", "sleeps without end", 7001),
            HostileGuest.OfLengths("wasi-misuse-component", "makes and awaits timers without end", 7002),
            HostileGuest.OfLengths("wasi-misuse-component", "writes to standard error without end", 7003, 7004),
            HostileGuest.OfLengths("wasi-misuse-component", "makes timers and keeps them", 1006),
            HostileGuest.OfLengths("wasi-misuse-component", "misuses handles, exits", [1007, 1008, 1009, 1010, 1011]),
        ];

    private static IEnumerable<HostileGuest> Loads() =>
        [
            HostileGuest.OfLoad("endless-loop-in-start", "loops in its start function"),
            HostileGuest.OfLoad("trap-in-start", "traps in its start function"),
            HostileGuest.OfLoad("deep-recursion-in-start", "recurses in its start function"),
            HostileGuest.OfLoad("memory-grow-in-start", "takes all memory in its start function"),
            HostileGuest.OfLoad("memory-initial-too-large", "asks for too much memory at once"),
        ];

    private static IEnumerable<int> Kinds(int place) => Enumerable.Range(place, KindsOfTraps);
}
