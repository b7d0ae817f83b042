using System.Buffers.Binary;
using FireAndForget.Guests.Wasi;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Wasi;

/// <summary>Pollables: when they are ready, and waiting for them.</summary>
public class WasiPollTests
{
    private const int Answer = WasiWat.Answer;

    private static readonly string SleepsAtItsStart = MessengerWat.Receiver(
        """
        (import "wasi:io/poll@0.2.0" (instance $poll
          (export "pollable" (type $p (sub resource)))
          (export "[method]pollable.block" (func (param "self" (borrow $p))))))
        (alias export $poll "pollable" (type $pollable))
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
          (export "pollable" (type $p (eq $pollable)))
          (export "subscribe-duration" (func (param "when" u64) (result (own $p))))))
        (core func $block (canon lower (func $poll "[method]pollable.block")))
        (core func $subscribe (canon lower (func $clock "subscribe-duration")))
        (core module $start
          (import "wasi" "block" (func $block (param i32)))
          (import "wasi" "subscribe" (func $subscribe (param i64) (result i32)))
          (func $sleep (call $block (call $subscribe (i64.const -1))))
          (start $sleep))
        (core instance (instantiate $start
          (with "wasi" (instance (export "block" (func $block)) (export "subscribe" (func $subscribe))))))
        """
    );

    [Fact]
    public async Task Ready_ATimer_IsWhenItsTimeHasCome()
    {
        await using WasiGuest guest = new();
        guest.Time.Advance(TimeSpan.FromSeconds(1));
        long timer = guest.Call("subscribe-duration", 2_000_000_000);
        long alarm = guest.Call("subscribe-instant", 2_000_000_000);

        Assert.Equal((0, 0), (Ready(guest, timer), Ready(guest, alarm)));
        guest.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 1), (Ready(guest, timer), Ready(guest, alarm)));
        guest.Time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1));
        Assert.Equal(0, Ready(guest, timer));
        guest.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, Ready(guest, timer));
        guest.Call("pollable.block", timer);
    }

    [Fact]
    public async Task Ready_AStream_IsAlways()
    {
        await using WasiGuest guest = new();
        long input = guest.Call("input-stream.subscribe", guest.Call("get-stdin"));
        long output = guest.Call("output-stream.subscribe", guest.Call("get-stdout"));

        Assert.Equal((1, 1), (Ready(guest, input), Ready(guest, output)));
        guest.Call("pollable.block", output);
    }

    [Fact]
    public async Task Poll_ManyPollables_NamesThoseThatAreReady()
    {
        await using WasiGuest guest = new();
        const int Count = 1000;
        byte[] list = new byte[Count * 4];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(
                list.AsSpan(i * 4),
                (int)guest.Call("subscribe-duration", (i % 5 == 3 ? 1 : 2) * 1_000_000_000L)
            );
        }

        guest.Time.Advance(TimeSpan.FromSeconds(1));
        guest.Call(list, "io/poll#poll", WasiWat.Data, Count, Answer);

        Assert.Equal(Enumerable.Range(0, Count).Where(i => i % 5 == 3), Indexes(guest));
    }

    [Fact]
    public async Task Poll_TheSamePollableTwice_NamesBothPlaces()
    {
        await using WasiGuest guest = new();
        int never = (int)guest.Call("subscribe-duration", -1);
        int now = (int)guest.Call("subscribe-duration", 0);

        guest.Call(Handles(now, never, now), "io/poll#poll", WasiWat.Data, 3, Answer);

        Assert.Equal([0, 2], Indexes(guest));
    }

    /// <summary>The guest waits on a clock that somebody else moves meanwhile.</summary>
    [Fact]
    public async Task Poll_NothingReady_WaitsForTheFirst()
    {
        await using WasiGuest guest = new();
        int late = (int)guest.Call("subscribe-duration", 60_000_000_000);
        int early = (int)guest.Call("subscribe-duration", 5_000_000_000);
        using Timer mover = new(_ => guest.Time.Advance(TimeSpan.FromSeconds(1)), null, 0, 1);

        guest.Call(Handles(late, early), "io/poll#poll", WasiWat.Data, 2, Answer);

        Assert.Equal([1], Indexes(guest));
    }

    [Theory]
    [InlineData("pollable.block")]
    [InlineData("io/poll#poll")]
    public async Task Waiting_TooLong_EndsWithTheMessagesBudget(string function)
    {
        await using WasiGuest guest = new(budget: TimeSpan.FromMilliseconds(30));
        long never = guest.Call("subscribe-duration", -1);

        DeadLetter letter = function == "pollable.block" ? guest.Fail(function, never) : PollOnly(guest, (int)never);

        Assert.Equal((Outcome.TimedOut, "it took more than its budget of 30 ms"), (letter.Outcome, letter.Reason));
        Assert.Equal(1, guest.Call("get-stdin"));
    }

    [Fact]
    public async Task Waiting_WhileInstantiated_EndsWithTheLoadBudget()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        ComponentOptions hasty = new() { Limits = new() { LoadTimeout = TimeSpan.FromMilliseconds(20) } };

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddComponent("sleeper", ComponentSource.FromText(SleepsAtItsStart), hasty)
        );

        Assert.Contains("it ran for more than its load budget of 20 ms", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_NoPollable_Traps()
    {
        await using WasiGuest guest = new();

        string reason = guest.Fail("io/poll#poll", WasiWat.Data, 0, Answer).Reason;

        Assert.Equal("it called poll without a pollable", reason);
    }

    [Theory]
    [InlineData(WasiWat.Data, WasiPoll.MostPollables + 1, "and the most are 65536")]
    [InlineData(WasiWat.Data, -1, "and the most are 65536")]
    [InlineData(WasiWat.Data + 1, 1, "is not aligned to 4")]
    [InlineData(WasiWat.MemoryBytes - 4, 2, "lies outside")]
    [InlineData(WasiWat.Data, 1, "it has no handle 0, which it gave as a pollable")]
    public async Task Poll_NoListOfPollables_Traps(int address, int count, string reason)
    {
        await using WasiGuest guest = new();

        Assert.Contains(reason, guest.Fail("io/poll#poll", address, count, Answer).Reason, StringComparison.Ordinal);
    }

    private static DeadLetter PollOnly(WasiGuest guest, int handle)
    {
        // The memory keeps the list from one message to the next.
        guest.Call(Handles(handle), "get-stdin");
        return guest.Fail("io/poll#poll", WasiWat.Data, 1, Answer);
    }

    private static long Ready(WasiGuest guest, long pollable) => guest.Call("pollable.ready", pollable);

    private static byte[] Handles(params int[] handles) => [.. handles.SelectMany(BitConverter.GetBytes)];

    private static int[] Indexes(WasiGuest guest)
    {
        (int list, int count) = guest.List();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => BinaryPrimitives.ReadInt32LittleEndian(guest.Memory(list + (i * 4), 4))),
        ];
    }
}
