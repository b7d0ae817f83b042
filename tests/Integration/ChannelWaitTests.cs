using Xunit;
using static FireAndForget.Tests.ChannelGuest;
using static FireAndForget.Tests.ChannelSteps;

namespace FireAndForget.Tests;

/// <summary>Who waits for the ends of streams and futures: by a callback, in a set, or in the copy itself.</summary>
public sealed class ChannelWaitTests
{
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
}
