using Xunit;
using static FireAndForget.Tests.ChannelGuest;
using static FireAndForget.Tests.ChannelSteps;

namespace FireAndForget.Tests;

/// <summary>
/// Standard input, output and error of WASI 0.3, whose other ends are the host's: what is written goes where output of 0.2 goes, with the same
/// bounds.
/// </summary>
public sealed class Wasi3StdioTests
{
    private const int Outcome = Register + 2;

    /// <summary>Has a stream with a text to write, whose writable end is in a register, and the future of it in the next.</summary>
    private static Steps Output(string text, string stream = "stdout") =>
        new Steps().Put(Source, text).New("bytes", 0).Do(stream, Reader, keep: 2);

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Output_IsInTheHostsLog(int workers)
    {
        await using ChannelRun run = new(workers);

        int[] report = await run.RunAsync(
            Output("to whom\nit concerns\n")
                .Do("bytes.write", Writer, Source, 20, keep: 3)
                .Do("bytes.drop-writable", Writer)
                .Fill(Data, 'x', 2)
                .Do("done.read", Outcome, Data, keep: 4)
                .Do("done.drop-readable", Outcome)
                .Put(Source, "an error\n")
                .New("bytes", 0)
                .Do("stderr", Reader, keep: 2)
                .Do("bytes.write-waits", Writer, Source, 9, keep: 5)
                .Load(Data, 6)
        );

        Assert.Equal((Completed(20), 0, Completed(9)), (report[3], report[4], report[5]));
        // A result's first case, success, with nothing in it.
        Assert.Equal('x' << 8, report[6] & 0xFFFF);
        Assert.Equal(
            ["guest wrote to stdout: to whom", "guest wrote to stdout: it concerns", "guest wrote to stderr: an error"],
            run.Lines
        );
    }

    /// <summary>A C library keeps the writable end for good, and writes to it in each message.</summary>
    [Fact]
    public async Task Output_OverManyMessages_GoesOnWithOneStream()
    {
        await using ChannelRun run = new();
        await run.RunAsync(Output("0\n").Do("bytes.write", Writer, Source, 2));
        for (int i = 1; i < 20; i++)
        {
            await run.RunAsync(new Steps().Put(Source, $"{i:x}\n").Do("bytes.write", Writer, Source, i < 16 ? 2 : 3));
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"guest wrote to stdout: {i:x}"), run.Lines);
    }

    [Fact]
    public async Task Write_More_TakesAsMuchAsMayBeWrittenAtOnce()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Output("")
                .Fill(Source, 'x', 20_000)
                .Do("bytes.write", Writer, Source, 20_000, keep: 3)
                .Do("bytes.write", Writer, Source + 8192, 20_000 - 8192, keep: 4)
                .Do("bytes.write", Writer, Source + 16384, 20_000 - 16384, keep: 5)
                .Do("bytes.write", Writer, -1, 0, keep: 6)
                .Put(Source, "\n")
                .Do("bytes.write", Writer, Source, 1)
        );

        Assert.Equal(
            (Completed(8192), Completed(8192), Completed(20_000 - 16384), Completed(0)),
            (report[3], report[4], report[5], report[6])
        );
        // Nothing is lost: four lines of the most that a line may have, and the rest.
        Assert.Equal(5, run.Lines.Count());
    }

    /// <summary>What was written before the stream was given away is taken then.</summary>
    [Fact]
    public async Task Write_BeforeTheStreamIsGiven_IsTaken()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            new Steps()
                .Put(Source, "early\n")
                .New("bytes", 0)
                .Do("bytes.write", Writer, Source, 6, keep: 3)
                .Do("stdout", Reader, keep: 2)
                .Do("bytes.cancel-write", Writer, keep: 4)
                .Put(Source, "later\n")
                .Do("bytes.write", Writer, Source, 6, keep: 5)
        );

        Assert.Equal((Blocked, Completed(6), Completed(6)), (report[3], report[4], report[5]));
        Assert.Equal(["guest wrote to stdout: early", "guest wrote to stdout: later"], run.Lines);
    }

    [Fact]
    public async Task Outcome_IsReadBeforeTheEnd_ComesWithIt()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Output("")
                .Fill(Data, 'x', 2)
                .Do("done.read", Outcome, Data, keep: 3)
                .Do("waitable-set.new", keep: 4)
                .Do("waitable.join", Outcome, Register + 4)
                .Do("waitable-set.poll", Register + 4, Source, keep: 5)
                .Do("bytes.drop-writable", Writer)
                .End(2, Register + 4)
                .Load(Data, 6)
        );

        Assert.Equal((Blocked, 0), (report[3], report[5]));
        Assert.Equal((4, report[2], 0), (report[Event], report[Event + 1], report[Event + 2]));
        Assert.Equal('x' << 8, report[6] & 0xFFFF);
    }

    /// <summary>A guest that does not want to know the result drops the future at once.</summary>
    [Fact]
    public async Task Outcome_IsDropped_TheStreamGoesOn()
    {
        await using ChannelRun run = new();

        await run.RunAsync(
            Output("a line\n")
                .Do("done.read", Outcome, Data)
                .Do("done.cancel-read", Outcome, keep: 3)
                .Do("done.drop-readable", Outcome)
                .Do("bytes.write", Writer, Source, 7)
                .Do("bytes.drop-writable", Writer)
        );

        Assert.Equal(2, run.Reports[0][3]);
        Assert.Equal(["guest wrote to stdout: a line"], run.Lines);
    }

    [Fact]
    public async Task Input_IsAtItsEnd()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            new Steps()
                .Do("stdin", Source)
                .Load(Source, 0)
                .Load(Source + 4, 1)
                .Fill(Data, 'x', 2)
                .Do("bytes.read", Register, Data, 10, keep: 2)
                .Do("done.read", Register + 1, Data, keep: 3)
                .Do("bytes.drop-readable", Register)
                .Do("done.drop-readable", Register + 1)
                .Load(Data, 4)
        );

        Assert.Equal((Dropped, 0, 'x' << 8), (report[2], report[3], report[4] & 0xFFFF));
    }

    [Fact]
    public async Task Input_GivenToOutput_IsWrittenAtOnce()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            new Steps()
                .Do("stdin", Source)
                .Load(Source, 0)
                .Do("stdout", Register, keep: 1)
                .Do("done.read", Register + 1, Data, keep: 2)
        );

        Assert.Equal(0, report[2]);
    }

    /// <summary>The bound for each message holds, and a trap tells the first line of standard error.</summary>
    [Fact]
    public async Task Output_IsBoundedAsThatOfWasi2()
    {
        await using ChannelRun run = new();
        Steps steps = Output("panic: no such item\n", "stderr").Do("bytes.write", Writer, Source, 20);
        steps.Fill(Source, '\n', 8192);
        for (int i = 0; i < 100; i++)
        {
            steps.Do("bytes.write", Writer, Source, 8192);
        }

        run.Send(steps.Trap());
        await run.Host.SettleAsync();

        Assert.EndsWith(
            "instruction executed; it wrote: panic: no such item",
            Assert.Single(run.Host.DeadLetters).Reason,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "guest wrote to stderr: [it wrote more during one message than is logged; the rest is left out]",
            run.Lines.Last()
        );
        Assert.InRange(run.Lines.Count(), 2, 1100);
    }

    private static readonly Dictionary<string, (Steps Steps, string Why)> Faults = new()
    {
        {
            "no stream",
            (new Steps().Do("stdout", 9), "it has no handle 9, which it gave as the readable end of a stream")
        },
        {
            "the writable end",
            (new Steps().New("bytes", 0).Do("stderr", Writer), "and it gave it as the readable end of a stream")
        },
        { "given twice", (Output("").Do("stdout", Reader), "and it gave it as the readable end of a stream") },
        { "read behind that", (Output("").Do("bytes.read", Reader, Data, 1), "as the readable end of a stream") },
        {
            "of other values",
            (new Steps().New("wide", 0).Do("stdout", Reader), "of other values than those that it was given for")
        },
        {
            "while it copies",
            (
                new Steps().New("bytes", 0).Do("bytes.read", Reader, Data, 1).Do("stdout", Reader),
                "it called write-via-stream for the readable end of a stream 1, which copies already"
            )
        },
        {
            "at its end",
            (
                new Steps()
                    .New("bytes", 0)
                    .Do("bytes.drop-writable", Writer)
                    .Do("bytes.read", Reader, Data, 1)
                    .Do("stdout", Reader),
                "which can only be dropped any more"
            )
        },
        {
            "in a set",
            (
                new Steps()
                    .New("bytes", 0)
                    .Do("waitable-set.new", keep: 2)
                    .Do("waitable.join", Reader, Register + 2)
                    .Do("stdout", Reader),
                "it gave write-via-stream the readable end of a stream 1, which is in a waitable-set"
            )
        },
        {
            "written outside the memory",
            (
                Output("").Do("bytes.write", Writer, MemoryBytes - 1, 2),
                "the buffer of stream.write at 262143 with 2 bytes lies outside"
            )
        },
        {
            "an outcome outside the memory",
            (
                Output("").Do("done.read", Outcome, MemoryBytes - 1),
                "the buffer of future.read at 262143 with 2 bytes lies outside"
            )
        },
        {
            "an outcome read twice",
            (
                Output("")
                    .Do("bytes.drop-writable", Writer)
                    .Do("done.read", Outcome, Data)
                    .Do("done.read", Outcome, Data),
                "which can only be dropped any more"
            )
        },
        {
            "an input outside the memory",
            (
                new Steps().Do("stdin", MemoryBytes - 4),
                "the room for the answer of read-via-stream at 262140 with 8 bytes lies outside"
            )
        },
        { "an input not aligned", (new Steps().Do("stdin", Source + 2), "is not aligned to 4") },
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

    /// <summary>A stream that is written without end is bounded by the message's budget, as all that a guest does.</summary>
    [Fact]
    public async Task Output_WithoutEnd_TimesOut()
    {
        await using ChannelRun run = new(
            wat: ChannelGuest.Component.Replace(
                "(func (export \"callback\") (param i32 i32 i32) (result i32)",
                "(func (export \"callback\") (param i32 i32 i32) (result i32)"
                    + " (loop $forever (drop (call $run)) (global.set $at (i32.sub (global.get $at) (i32.const 20))) (br $forever))",
                StringComparison.Ordinal
            ),
            budget: TimeSpan.FromMilliseconds(300)
        );
        run.Send(Output("x\n").End(1).Do("bytes.write", Writer, Source, 2));
        run.Send(new Steps().Return());

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((1, 1), (statistics.TimedOut, statistics.Handled));
    }
}
