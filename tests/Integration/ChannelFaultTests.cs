using Xunit;
using static FireAndForget.Tests.ChannelGuest;
using static FireAndForget.Tests.ChannelSteps;

namespace FireAndForget.Tests;

/// <summary>What a guest may do wrong with streams and futures: it traps, with a text that says what, and the next message is handled.</summary>
public sealed class ChannelFaultTests
{
    private static Steps Bytes => new Steps().New("bytes", 0);

    private static readonly Dictionary<string, (Steps Steps, string Why)> Faults = new()
    {
        {
            "no end",
            (new Steps().Do("bytes.read", 7), "it has no handle 7, which it gave as the readable end of a stream")
        },
        {
            "a far end",
            (
                new Steps().Do("byte.write", -1),
                "it has no handle 4294967295, which it gave as the writable end of a future"
            )
        },
        {
            "the other end",
            (
                Bytes.Do("bytes.read", Writer, Data, 1),
                "its handle 2 is the writable end of a stream, and it gave it as the readable end of a stream"
            )
        },
        {
            "a future as a stream",
            (
                new Steps().New("byte", 0).Do("bytes.read", Reader),
                "its handle 1 is the readable end of a future, and it gave it as the readable end of a stream"
            )
        },
        {
            "other values",
            (
                Bytes.Do("wide.read", Reader, Data, 1),
                "its handle 1 is the readable end of a stream of other values than those that it was given for"
            )
        },
        {
            "other values dropped",
            (
                new Steps().New("done", 0).Do("byte.drop-readable", Reader),
                "is the readable end of a future of other values"
            )
        },
        { "no timer", (Bytes.Do("subtask.drop", Reader), "and it gave it as a subtask") },
        {
            "a set as a waitable",
            (new Steps().Do("waitable-set.new", keep: 0).Do("waitable.join", Reader, 0), "as a waitable")
        },
        {
            "a copy twice",
            (
                Bytes.Do("bytes.read", Reader, Data, 1).Do("bytes.read", Reader, Data, 1),
                "it called stream.read for the readable end of a stream 1, which copies already"
            )
        },
        {
            "a copy again before its event",
            (
                Bytes
                    .Do("bytes.read", Reader, Data, 1)
                    .Do("bytes.write", Writer, Source, 1)
                    .Do("bytes.read", Reader, Data, 1),
                "which copies already"
            )
        },
        {
            "a copy behind the end",
            (
                Bytes
                    .Do("bytes.drop-readable", Reader)
                    .Do("bytes.write", Writer, Source, 1)
                    .Do("bytes.write", Writer, Source, 1),
                "it called stream.write for the writable end of a stream 2, which can only be dropped any more"
            )
        },
        {
            "a future read twice",
            (
                Bytes
                    .New("byte", 0)
                    .Do("byte.write", Writer, Source)
                    .Do("byte.read", Reader, Data)
                    .Do("byte.read", Reader, Data),
                "which can only be dropped any more"
            )
        },
        {
            "no copy to cancel",
            (
                Bytes.Do("bytes.cancel-read", Reader),
                "it called stream.cancel-read for the readable end of a stream 1, which does not copy"
            )
        },
        {
            "cancelled twice",
            (
                Bytes.Do("bytes.read", Reader, Data, 1).Do("bytes.cancel-read", Reader).Do("bytes.cancel-read", Reader),
                "which does not copy"
            )
        },
        {
            "cancelled in a set",
            (
                Bytes
                    .Do("waitable-set.new", keep: 2)
                    .Do("waitable.join", Reader, Register + 2)
                    .Do("bytes.read", Reader, Data, 1)
                    .Do("bytes.cancel-read", Reader),
                "for the readable end of a stream 1 and waits for it, which is in a waitable-set"
            )
        },
        {
            "a copy that waits in a set",
            (
                Bytes
                    .Do("waitable-set.new", keep: 2)
                    .Do("waitable.join", Reader, Register + 2)
                    .Do("bytes.read-waits", Reader, Data, 1),
                "it called stream.read for the readable end of a stream 1 and waits for it"
            )
        },
        {
            "dropped while it copies",
            (
                Bytes.Do("bytes.read", Reader, Data, 1).Do("bytes.drop-readable", Reader),
                "it dropped the readable end of a stream 1 while it copies"
            )
        },
        {
            "dropped twice",
            (Bytes.Do("bytes.drop-readable", Reader).Do("bytes.drop-readable", Reader), "it has no handle 1")
        },
        {
            "a future without a value",
            (
                new Steps().New("byte", 0).Do("byte.drop-writable", Writer),
                "it dropped the writable end of a future 2 before its value was written"
            )
        },
        {
            "a future whose write was cancelled",
            (
                new Steps()
                    .New("byte", 0)
                    .Do("byte.write", Writer, Source)
                    .Do("byte.cancel-write", Writer)
                    .Do("byte.drop-writable", Writer),
                "before its value was written"
            )
        },
        {
            "texts to itself",
            (
                new Steps().New("texts", 0).Do("texts.read", Reader, Data, 1).Do("texts.write", Writer, Source, 1),
                "it used both ends of a stream of other values than numbers, which one component may not"
            )
        },
        {
            "a result to itself",
            (
                new Steps().New("done", 0).Do("done.write", Writer, Data).Do("done.read", Reader, Source),
                "it used both ends of a future of other values than numbers"
            )
        },
        {
            "a buffer over the end of the memory",
            (
                Bytes.Do("bytes.read", Reader, MemoryBytes - 4, 5),
                "the buffer of stream.read at 262140 with 5 bytes lies outside the guest's memory"
            )
        },
        {
            "a buffer far over the end",
            (
                new Steps().New("wide", 0).Do("wide.write", Writer, 0, (1 << 28) - 1),
                "the buffer of stream.write at 0 with 2147483640 bytes lies outside the guest's memory"
            )
        },
        {
            "a buffer larger than any",
            (
                Bytes.Do("bytes.write", Writer, 0, 1 << 28),
                "it gave stream.write a buffer of 268435456 values, and the most are 268435455"
            )
        },
        {
            "a buffer of more than there are numbers",
            (new Steps().New("ticks", 0).Do("ticks.write", Writer, 0, -1), "a buffer of 4294967295 values")
        },
        {
            "a buffer not aligned",
            (
                new Steps().New("wide", 0).Do("wide.read", Reader, Data + 4, 1),
                "the buffer of stream.read at 132 is not aligned to 8"
            )
        },
        {
            "a future outside the memory",
            (
                new Steps().New("byte", 0).Do("byte.read", Reader, MemoryBytes),
                "the buffer of future.read at 262144 with 1 bytes lies outside"
            )
        },
    };

    public static TheoryData<string> NamesOfFaults => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(NamesOfFaults))]
    public async Task Guest_DoesWrong_TrapsAndTheNextMessageIsHandled(string what)
    {
        (Steps steps, string why) = Faults[what];
        await using ChannelRun run = new();

        Assert.Contains(why, await run.TrapAsync(steps), StringComparison.Ordinal);
    }
}
