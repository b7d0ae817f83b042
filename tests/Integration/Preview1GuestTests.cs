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
              (memory (export "memory") 1)
              {more}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {reallocates} (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) {handles} (i32.const 0)))
            """;
}
