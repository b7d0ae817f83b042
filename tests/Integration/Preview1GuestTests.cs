using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>WASI preview 1 where the host's own rules meet it: budgets, instantiation and realloc.</summary>
public class Preview1GuestTests
{
    /// <summary>Waits for an hour of the monotonic clock.</summary>
    private const string WaitLong = """
        (i32.store (i32.const 16) (i32.const 1))
        (i64.store (i32.const 24) (i64.const 3600000000000))
        (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))
        """;

    [Fact]
    public async Task Poll_LongerThanTheBudget_TimesOut()
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(handles: WaitLong),
            new() { Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(100) } }
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal(Outcome.TimedOut, Assert.Single(host.DeadLetters).Outcome);
    }

    [Fact]
    public async Task Poll_WhileItIsInstantiated_HasTheLoadBudget()
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText(
                "guest",
                Module($"(func (export \"_initialize\") {WaitLong})"),
                new() { Limits = new() { LoadTimeout = TimeSpan.FromMilliseconds(100) } }
            )
        );

        Assert.Contains("load budget of 100 ms", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The memory is found where the instance is not made yet.</summary>
    [Fact]
    public async Task Call_InAStartFunction_AnswersInItsMemory()
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(
                "(start $start) (func $start (drop (call $sizes (i32.const 256) (i32.const 260))))",
                "(return (i32.load (i32.const 256)))"
            ),
            new() { Wasi = new() { Arguments = ["a", "b"] } }
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal("handle-message returned 2", Assert.Single(host.DeadLetters).Reason);
    }

    /// <summary>A garbage collector looks at the clock there.</summary>
    [Fact]
    public async Task Call_InRealloc_IsAllowed()
    {
        await using TestHost host = new();
        Component guest = host.AddText(
            "guest",
            Module(reallocates: "(drop (call $time (i32.const 1) (i64.const 0) (i32.const 64)))")
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    /// <summary>There the host finds the memory longer than it knew it.</summary>
    [Fact]
    public async Task Call_AfterTheMemoryGrew_AnswersInTheNewPart()
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(
                handles: """
                (drop (call $sizes (i32.const 65528) (i32.const 65532)))
                (drop (memory.grow (i32.const 1)))
                (drop (call $sizes (i32.const 131064) (i32.const 131068)))
                (return (i32.load (i32.const 131064)))
                """
            ),
            new() { Wasi = new() { Arguments = ["a", "b", "c"] } }
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal("handle-message returned 3", Assert.Single(host.DeadLetters).Reason);
    }

    [Fact]
    public async Task Exit_InRealloc_TrapsWithItsCode()
    {
        await using TestHost host = new();
        host.AddText("guest", Module(reallocates: "(call $exit (i32.const 4))"));
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal((Outcome.Trapped, "it ended itself: exit with code 4"), (letter.Outcome, letter.Reason));
    }

    /// <summary>No <c>_start</c> is it that ends there, whatever the code.</summary>
    [Fact]
    public async Task Exit_InAStartFunction_IsALoadError()
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("guest", Module("(start $start) (func $start (call $exit (i32.const 0)))"))
        );

        Assert.Contains("it ended itself: exit with code 0", e.Message, StringComparison.Ordinal);
    }

    /// <summary>As many as Wasmtime gives. Beyond 2 GiB the rest of the room stayed as it was, and the call answered that all is well.</summary>
    [Theory]
    [InlineData(67_108_865u)]
    [InlineData(0x8000_0000)]
    [InlineData(0xFFFF_FFFF)]
    public async Task Random_OfMoreThan64MiB_Traps(uint length)
    {
        await using TestHost host = new();
        host.AddText("guest", Module(handles: $"(drop (call $random (i32.const 0) (i32.const {length})))"));
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(
            (Outcome.Trapped, $"it asked random_get for {length} bytes, and the most are 67108864"),
            (letter.Outcome, letter.Reason)
        );
    }

    /// <summary>Looking at 64 MiB of text takes several ticks of the budget, and counted as one.</summary>
    [Theory]
    [InlineData(65_536, 25)]
    [InlineData(65_537, 8)]
    public async Task Open_APathThatIsNoUtf8_IsLookedAtUpTo64KiB(int length, int error)
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(
                handles: $"""
                (drop (memory.grow (i32.const 1)))
                (memory.fill (i32.const 0) (i32.const 0xFF) (i32.const 131072))
                (return
                  (call $open
                    (i32.const 3) (i32.const 0) (i32.const 0) (i32.const {length}) (i32.const 0)
                    (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))
                """
            )
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal($"handle-message returned {error}", Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData("", "; it wrote no reason: abort() in C and Environment.FailFast(null) in C# end like this")]
    [InlineData(
        "(i64.store (i32.const 0) (i64.const 0x0000000300000010)) (i32.store (i32.const 16) (i32.const 0x0A6F6E)) "
            + "(drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 64)))",
        "; it wrote: no"
    )]
    public async Task Trap_OfAGuestThatCanWrite_SaysWhetherItDid(string before, string written)
    {
        await using TestHost host = new();
        host.AddText("guest", Module(handles: $"{before} (unreachable)"));
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal(
            $"wasm trap: wasm `unreachable` instruction executed{written}",
            Assert.Single(host.DeadLetters).Reason
        );
    }

    [Fact]
    public async Task Trap_InInitialize_SaysThatItWroteNothing()
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("guest", Module("(func (export \"_initialize\") (unreachable))"))
        );

        Assert.Contains(
            "in _initialize: wasm trap: wasm `unreachable` instruction executed; it wrote no reason: abort() in C",
            e.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>It has the number of arguments of <c>handle-message</c>, and is called by none of the guest's functions then.</summary>
    [Fact]
    public async Task Export_OfAFunctionOfTheHost_ActsOnTheGuestsMemory()
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            """
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (export "handle-message" (func $write))
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
            """
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.NotEqual(Outcome.Handled, Assert.Single(host.DeadLetters).Outcome);
    }

    /// <summary>Nanoseconds since 1970 have no room for it in 64 bits.</summary>
    [Fact]
    public void Time_AfterTheYear2554_Overflows()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2600, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using MessagingHost host = new(new() { Workers = 0, TimeProvider = time });
        using EventSubscription events = host.Subscribe(10);
        host.AddComponent(
            "guest",
            ComponentSource.FromText(
                Module(handles: "(return (call $time (i32.const 0) (i64.const 0) (i32.const 64)))")
            )
        );
        host.AddEndpoint("client").Send("guest", [1]);

        host.Pump();

        Assert.True(events.TryRead(out HostEvent? happened));
        Assert.Equal("handle-message returned 61", Assert.IsType<DeadLetter>(happened).Reason);
    }

    private static string Module(string more = "", string handles = "", string reallocates = "") =>
        $"""
            (module
              (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "path_open"
                (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
              (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
              (memory (export "memory") 1)
              {more}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {reallocates} (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) {handles} (i32.const 0)))
            """;
}
