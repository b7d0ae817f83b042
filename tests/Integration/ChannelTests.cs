using Xunit;
using static FireAndForget.Tests.ChannelGuest;
using static FireAndForget.Tests.ChannelSteps;
using static FireAndForget.Tests.StepGuest;

namespace FireAndForget.Tests;

/// <summary>
/// Streams and futures of which a guest holds both ends: what is copied, what each end is told, and what traps. Results as in
/// https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md.
/// </summary>
public sealed class ChannelTests
{
    private const int Cancelled = 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_BothEndsUsed_CopiesAsMuchAsBothHave(bool isReadFirst)
    {
        await using ChannelRun run = new();
        Steps steps = Bytes;
        steps = isReadFirst
            ? steps.Do("bytes.read", Reader, Data, 4, keep: 2).Do("bytes.write", Writer, Source, 10, keep: 3)
            : steps.Do("bytes.write", Writer, Source, 10, keep: 2).Do("bytes.read", Reader, Data, 4, keep: 3);

        int[] report = await run.RunAsync(steps);

        Assert.Equal((Blocked, Completed(4)), (report[2], report[3]));
        Assert.Equal("abcd", run.Texts[0]);
    }

    /// <summary>The end that waited is told in the end how much was copied altogether.</summary>
    [Fact]
    public async Task Stream_ReadInPieces_TheWriterIsToldOfAll()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .Do("bytes.write", Writer, Source, 10, keep: 2)
                .Do("bytes.read", Reader, Data, 3, keep: 3)
                .Do("bytes.read", Reader, Data + 3, 4, keep: 4)
                .Do("waitable-set.new", keep: 5)
                .Do("waitable.join", Writer, Register + 5)
                .Do("waitable-set.wait", Register + 5, Source + 100, keep: 6)
                .Load(Source + 104, 7)
                .Do("waitable-set.poll", Register + 5, Source + 100, keep: 8)
                .Do("bytes.read", Reader, Data, 3, keep: 9)
        );

        Assert.Equal((Blocked, Completed(3), Completed(4)), (report[2], report[3], report[4]));
        Assert.Equal((3, Completed(7), 0), (report[6], report[7], report[8]));
        // What the writer took back is not read any more.
        Assert.Equal(Blocked, report[9]);
        Assert.Equal("abcdefg", run.Texts[0]);
    }

    [Fact]
    public async Task Stream_OfNoLength_TellsThatTheOtherEndIsThere()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .Do("bytes.write", Writer, -1, 0, keep: 2)
                .Do("bytes.read", Reader, Data, 5, keep: 3)
                .Do("bytes.cancel-write", Writer, keep: 4)
                .Do("bytes.write", Writer, Source, 2, keep: 5)
                .Do("bytes.cancel-read", Reader, keep: 6)
                .Do("bytes.read", Reader, -1, 0, keep: 7)
                .Do("bytes.write", Writer, -1, 0, keep: 8)
        );

        Assert.Equal((Blocked, Blocked, Completed(0)), (report[2], report[3], report[4]));
        Assert.Equal((Completed(2), Completed(2)), (report[5], report[6]));
        // Two of no length meet where the writer is the second.
        Assert.Equal((Blocked, Completed(0)), (report[7], report[8]));
        Assert.Equal("ab", run.Texts[0]);
    }

    [Theory]
    [InlineData("wide", 16)]
    [InlineData("bytes", 2)]
    public async Task Stream_OverlappingBuffers_IsCopiedWhole(string type, int bytes)
    {
        await using ChannelRun run = new();
        int from = Data;
        int to = type == "wide" ? Data + 8 : Data + 1;

        await run.RunAsync(
            new Steps()
                .Fill(Data, '\0', DataBytes)
                .Put(from, "abcdefghijklmnop"[..bytes])
                .New(type, 0)
                .Do($"{type}.read", Reader, to, 2)
                .Do($"{type}.write", Writer, from, 2, keep: 2)
        );

        Assert.Equal(Completed(2), run.Reports[0][2]);
        Assert.Equal(type == "wide" ? "abcdefghabcdefghijklmnop" : "aab", run.Texts[0]);
    }

    [Fact]
    public async Task Stream_FromAnotherMemory_IsCopied()
    {
        await using ChannelRun run = new();

        await run.RunAsync(Bytes.Do("bytes.read", Reader, Data, 9).Do("bytes.write-other", Writer, 0, 9, keep: 2));

        Assert.Equal("elsewhere", run.Texts[0]);
    }

    /// <summary>Without values nothing but the number of them is handed over, and no address is looked at.</summary>
    [Fact]
    public async Task Stream_WithoutValues_Counts()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            new Steps()
                .New("ticks", 0)
                .Do("ticks.write", Writer, -1, (1 << 28) - 1, keep: 2)
                .Do("ticks.read", Reader, -1, 1_000_000, keep: 3)
                .Do("ticks.cancel-write", Writer, keep: 4)
        );

        Assert.Equal((Blocked, Completed(1_000_000), Completed(1_000_000)), (report[2], report[3], report[4]));
    }

    [Theory]
    [InlineData("bytes.cancel-read")]
    [InlineData("bytes.cancel-read-async")]
    public async Task Cancel_NothingCopied_SaysSoAndTheEndCanBeUsedAgain(string cancel)
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .Do("bytes.read", Reader, Data, 1)
                .Do(cancel, Reader, keep: 2)
                .Do("bytes.write", Writer, Source, 1, keep: 3)
                .Do("bytes.read", Reader, Data, 1, keep: 4)
        );

        Assert.Equal((Cancelled, Blocked, Completed(1)), (report[2], report[3], report[4]));
    }

    /// <summary>One that was used in a set may be cancelled where that does not wait.</summary>
    [Fact]
    public async Task CancelAsync_InASet_TakesItsEvent()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .Do("waitable-set.new", keep: 2)
                .Do("waitable.join", Reader, Register + 2)
                .Do("bytes.read", Reader, Data, 5)
                .Do("bytes.write", Writer, Source, 2)
                .Do("bytes.cancel-read-async", Reader, keep: 3)
                .Do("waitable-set.poll", Register + 2, Source + 100, keep: 4)
        );

        Assert.Equal((Completed(2), 0), (report[3], report[4]));
    }

    [Fact]
    public async Task Drop_WhileTheOtherEndWaits_TellsItSo()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .Do("bytes.write", Writer, Source, 10)
                .Do("bytes.read", Reader, Data, 3)
                .Do("bytes.drop-readable", Reader)
                .Do("bytes.cancel-write", Writer, keep: 2)
                .Do("bytes.drop-writable", Writer)
                .New("bytes", 0)
                .Do("bytes.drop-writable", Writer)
                .Do("bytes.read", Reader, Data, 3, keep: 3)
                .Do("bytes.drop-readable", Reader)
                .New("byte", 0)
                .Do("byte.write", Writer, Source, keep: 4)
                .Do("byte.drop-readable", Reader)
                .Do("byte.cancel-write", Writer, keep: 5)
                .Do("byte.drop-writable", Writer)
                .New("byte", 0)
                .Do("byte.drop-readable", Reader)
                .Do("byte.write", Writer, Source, keep: 6)
                .Do("byte.drop-writable", Writer)
        );

        Assert.Equal((Dropped | Completed(3), Dropped), (report[2], report[3]));
        Assert.Equal((Blocked, Dropped, Dropped), (report[4], report[5], report[6]));
    }

    /// <summary>A future's value is there for good: who waited for it is told so, also where the other end is no more.</summary>
    [Fact]
    public async Task Future_IsWrittenAndDropped_TheReaderHasItsValue()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .New("byte", 0)
                .Do("byte.read", Reader, Data, keep: 2)
                .Do("byte.write", Writer, Source, keep: 3)
                .Do("byte.drop-writable", Writer)
                .Do("byte.cancel-read", Reader, keep: 4)
                .Do("byte.drop-readable", Reader)
        );

        Assert.Equal((Blocked, 0, 0), (report[2], report[3], report[4]));
        Assert.Equal("a", run.Texts[0]);
    }

    /// <summary>Ends belong to the instance, as all handles do: the next message finds them as they were left.</summary>
    [Fact]
    public async Task Ends_OfAnEarlierMessage_AreStillThere()
    {
        await using ChannelRun run = new();
        await run.RunAsync(Bytes.Do("bytes.write", Writer, Source, 10, keep: 2));

        int[] report = await run.RunAsync(
            new Steps().Do("bytes.read", Reader, Data, 3, keep: 3).Do("bytes.cancel-write", Writer, keep: 4)
        );

        Assert.Equal((Blocked, Completed(3), Completed(3)), (report[2], report[3], report[4]));
        Assert.Equal("abc", run.Texts[1]);
    }

    [Fact]
    public async Task Drop_VeryManyStreams_LeavesRoom()
    {
        await using ChannelRun run = new();
        Steps steps = new();
        for (int i = 0; i < 500; i++)
        {
            steps.New("bytes", 0).Do("bytes.drop-readable", Reader).Do("bytes.drop-writable", Writer);
        }

        steps.Return();
        for (int i = 0; i < 25; i++)
        {
            run.Send(steps);
        }

        Assert.Equal(25, (await run.Host.SettleAsync()).Handled);
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("byte")]
    public async Task New_MoreThanAnInstanceMayHold_Traps(string type)
    {
        await using ChannelRun run = new();
        Steps steps = new();
        for (int i = 0; i < 1000; i++)
        {
            steps.New(type, 0);
        }

        steps.Return();
        for (int i = 0; i < 6; i++)
        {
            run.Send(steps);
        }

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((5, 1), (statistics.Handled, statistics.Trapped));
        Assert.Contains("10000 handles", Assert.Single(run.Host.DeadLetters).Reason, StringComparison.Ordinal);
    }

    /// <summary>A fresh instance behind a trap has nothing of what the one before it held.</summary>
    [Fact]
    public async Task Trap_WhileEndsAreInUse_TheNextInstanceHasNone()
    {
        await using ChannelRun run = new();
        run.Send(Bytes.Do("bytes.read", Reader, Data, 10).Start(Long, 3).Trap());
        run.Send(new Steps().New("bytes", 0).Return().Report());

        await run.Host.SettleAsync();

        Assert.Equal(1, run.Host.Statistics.Trapped);
        Assert.Equal((1, 2), (run.Reports[0][0], run.Reports[0][1]));
    }
}
