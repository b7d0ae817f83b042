using Xunit;
using static FireAndForget.Tests.ChannelGuest;

namespace FireAndForget.Tests;

/// <summary>
/// Streams and futures of which a guest holds both ends: what is copied, what each end is told, and what traps. Results as in
/// https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md.
/// </summary>
public sealed class ChannelTests
{
    private const int Blocked = -1;
    private const int Dropped = 1;
    private const int Cancelled = 2;
    private const int Long = 3_600_000;

    // The ends that most tests use, and where what they answer is kept.
    private const int Reader = Register;
    private const int Writer = Register + 1;
    private const int Source = 1024;

    private static Steps Bytes => new Steps().Put(Source, "abcdefghij").Fill(Data, '\0', DataBytes).New("bytes", 0);

    private static int Completed(int count) => count << 4;

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
    [InlineData("read", 2)]
    [InlineData("write", 3)]
    public async Task Callback_AnEndIsReady_GetsItsEvent(string copy, int code)
    {
        await using ChannelRun run = new();
        bool reads = copy == "read";

        int[] report = await run.RunAsync(
            Bytes
                .Do("waitable-set.new", keep: 2)
                .Do($"bytes.{copy}", reads ? Reader : Writer, reads ? Data : Source, 10)
                .Do("waitable.join", reads ? Reader : Writer, Register + 2)
                .End(1)
                .Do(reads ? "bytes.write" : "bytes.read", reads ? Writer : Reader, reads ? Source : Data, 4)
                .End(2, Register + 2)
        );

        Assert.Equal((code, Completed(4)), (report[Event], report[Event + 2]));
        Assert.Equal(report[reads ? 0 : 1], report[Event + 1]);
        Assert.Equal("abcd", run.Texts[0]);
    }

    [Theory]
    [InlineData("read", 4)]
    [InlineData("write", 5)]
    public async Task Callback_AFutureIsReady_GetsItsEvent(string copy, int code)
    {
        await using ChannelRun run = new();
        bool reads = copy == "read";

        int[] report = await run.RunAsync(
            Bytes
                .New("byte", 0)
                .Do("waitable-set.new", keep: 2)
                .Do($"byte.{copy}", reads ? Reader : Writer, reads ? Data : Source, keep: 3)
                .Do("waitable.join", reads ? Reader : Writer, Register + 2)
                .Do(reads ? "byte.write" : "byte.read", reads ? Writer : Reader, reads ? Source : Data, keep: 4)
                .End(2, Register + 2)
                .Do("byte.drop-readable", Reader)
                .Do("byte.drop-writable", Writer)
        );

        Assert.Equal((Blocked, 0), (report[3], report[4]));
        Assert.Equal((code, 0), (report[Event], report[Event + 2]));
        Assert.Equal("a", run.Texts[0]);
    }

    /// <summary>Ends and timers are told of in the order in which they became ready, so that none keeps another waiting.</summary>
    [Fact]
    public async Task WaitSet_TwoEndsAreReady_TellsOfTheFirst()
    {
        await using ChannelRun run = new();

        int[] report = await run.RunAsync(
            Bytes
                .New("ticks", 2)
                .Do("waitable-set.new", keep: 4)
                .Do("bytes.read", Reader, Data, 1)
                .Do("ticks.read", Register + 2, 0, 1)
                .Do("waitable.join", Reader, Register + 4)
                .Do("waitable.join", Register + 2, Register + 4)
                .Do("ticks.write", Register + 3, 0, 1)
                .Start(1, 5)
                .Do("waitable.join", Register + 5, Register + 4)
                .Do("waitable-set.new", keep: 6)
                .Start(50, 7)
                .Do("waitable.join", Register + 7, Register + 6)
                .End(2, Register + 6)
                .Do("bytes.write", Writer, Source, 1)
                .Do("waitable-set.wait", Register + 4, Source + 100)
                .Load(Source + 100, 8)
                .Do("waitable-set.wait", Register + 4, Source + 100)
                .Load(Source + 100, 9)
                .Do("waitable-set.wait", Register + 4, Source + 100)
                .Load(Source + 100, 10)
                .Do("waitable-set.poll", Register + 4, Source + 100, keep: 11)
        );

        Assert.Equal((report[2], report[5], report[0], 0), (report[8], report[9], report[10], report[11]));
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
    public async Task CopyThatWaits_TheOtherEndIsReady_AnswersAtOnce()
    {
        await using ChannelRun run = new(wat: SyncComponent);
        run.Send(
            Bytes
                .Do("bytes.write", Writer, Source, 10)
                .Do("bytes.read-waits", Reader, Data, 3, keep: 2)
                .New("byte", 4)
                .Do("byte.write", Register + 5, Source)
                .Do("byte.read-waits", Register + 4, Data + 3, keep: 3)
                .Report()
        );

        await run.Host.SettleAsync();

        Assert.Equal([], run.Host.DeadLetters.Select(letter => letter.Reason));
        Assert.Equal((Completed(3), 0), (run.Reports[0][2], run.Reports[0][3]));
        Assert.Equal("abca", run.Texts[0]);
    }

    [Theory]
    [InlineData("bytes.read-waits", Reader)]
    [InlineData("bytes.write-waits", Writer)]
    public async Task CopyThatWaits_ForNobody_TimesOut(string copy, int end)
    {
        await using ChannelRun run = new(budget: TimeSpan.FromMilliseconds(300));
        run.Send(Bytes.Do(copy, end, Source, 1));
        run.Send(Bytes.Do("bytes.read", Reader, Data, 1).Do("waitable-set.new", keep: 2).End(2, Register + 2));
        run.Send(new Steps().Return());

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((2, 1), (statistics.TimedOut, statistics.Handled));
    }

    [Fact]
    public async Task CopyThatWaits_InAnOrdinaryFunction_Traps()
    {
        await using ChannelRun run = new(wat: SyncComponent);
        run.Send(Bytes.Do("bytes.read-waits", Reader, Data, 1));

        await run.Host.SettleAsync();

        Assert.Equal(
            "handle-message waited in stream.read, and its type is not that of an async function",
            Assert.Single(run.Host.DeadLetters).Reason
        );
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
