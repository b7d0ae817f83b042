using Xunit;
using static FireAndForget.Tests.StepGuest;
using static FireAndForget.Tests.TaskGuest;

namespace FireAndForget.Tests;

/// <summary>What handlers that are async functions may do wrong: they trap, with a text that says what, and the next message is handled.</summary>
public sealed class TaskFaultTests
{
    private static readonly Dictionary<string, (Steps Steps, string Why)> Faults = new()
    {
        { "no result", (new Steps().Exit(), "handle-message ended without task.return") },
        { "no result behind a call back", (new Steps().End(1), "handle-message ended without task.return") },
        { "two results", (new Steps().Return().Return(), "handle-message called task.return twice") },
        { "no discriminant", (new Steps().Return(2), "handle-message returned 2, which is not a result") },
        {
            "a result of another handler",
            (new Steps().ReturnNothing(), "it called task.return with a result of another type than handle-message has")
        },
        {
            "a result of no handler",
            (new Steps().ReturnOther(), "it called task.return with a result of another type than handle-message has")
        },
        {
            "a code",
            (
                new Steps().Return().End(3),
                "handle-message answered 3, which is none of exit (0), yield (1) and wait (2)"
            )
        },
        {
            "the last code",
            (
                new Steps().Return().End(15, 0xFFFFFFF),
                "handle-message answered 15, which is none of exit (0), yield (1) and wait (2)"
            )
        },
        { "no set", (new Steps().End(2), "it has no handle 0, which it gave as a waitable-set") },
        { "a far set", (new Steps().End(2, 0xFFFFFFF), "it has no handle 268435455, which it gave as a waitable-set") },
        {
            "a timer as a set",
            (new Steps().Start(Long, 0).End(2, Register), "is a subtask, and it gave it as a waitable-set")
        },
        {
            "a set as a timer",
            (new Steps().NewSet(0).Drop(Register), "is a waitable-set, and it gave it as a subtask")
        },
        { "a set twice", (new Steps().NewSet(0).DropSet(Register).DropSet(Register), "it has no handle 1") },
        {
            "a set that is not empty",
            (
                new Steps().NewSet(0).Start(Long, 1).Join(Register + 1, Register).DropSet(Register),
                "it dropped waitable-set 1, in which waitables still are"
            )
        },
        {
            "a set in a set",
            (new Steps().NewSet(0).Join(Register, Register), "is a waitable-set, and it gave it as a waitable")
        },
        { "into no set", (new Steps().Start(Long, 0).Join(Register, 99), "it has no handle 99") },
        { "a running timer", (new Steps().Start(Long, 0).Drop(Register), "before it was told that it has ended") },
        {
            "cancelled twice",
            (
                new Steps().Start(Long, 0).Cancel(Register, 1).Cancel(Register, 1),
                "it cancelled subtask 1, which it was told has ended"
            )
        },
        {
            "cancelled in a set",
            (
                new Steps().NewSet(0).Start(Long, 1).Join(Register + 1, Register).Cancel(Register + 1, 2),
                "it cancelled subtask 2 and waits for it, which is in a waitable-set"
            )
        },
        {
            "an event outside the memory",
            (
                new Steps().NewSet(0).PollSet(Register, 1, at: 131_072 - 4),
                "the room for the answer of waitable-set.poll at 131068 with 8 bytes lies outside"
            )
        },
        { "an event not aligned", (new Steps().NewSet(0).PollSet(Register, 1, at: 514), "is not aligned to 4") },
        { "a trap", (new Steps().Trap(), "unreachable") },
        { "a trap behind the result", (new Steps().Return().End(1).Trap(), "unreachable") },
        { "not cancelled", (new Steps().CancelTask(), "it called task.cancel, and nobody cancelled it") },
        { "eased too often", (new Steps().Ease(), "it called backpressure.dec more often than backpressure.inc") },
    };

    public static TheoryData<string> NamesOfFaults => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(NamesOfFaults))]
    public async Task Task_DoesWrong_TrapsAndTheNextMessageIsHandled(string what)
    {
        (Steps steps, string why) = Faults[what];
        await using TaskRun run = new();
        run.Send(steps);
        run.Send(new Steps().Return());

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((1, 1), (statistics.Trapped, statistics.Handled));
        Assert.Contains(why, Assert.Single(run.Host.DeadLetters).Reason, StringComparison.Ordinal);
    }

    /// <summary>What it sent before it trapped stands.</summary>
    [Fact]
    public async Task Callback_Traps_WhatItSentStands()
    {
        await using TaskRun run = new();
        run.Send(new Steps().Report().End(1).Trap());

        Assert.Equal(1, (await run.Host.SettleAsync()).Trapped);
        Assert.Single(run.Reports);
    }

    /// <summary>No task can lift what none is there to lift.</summary>
    [Fact]
    public async Task Backpressure_IsLeftOn_TheNextMessageTraps()
    {
        await using TaskRun run = new();
        run.Send(new Steps().Press().Ease().Return());
        run.Send(new Steps().Press().Return());
        run.Send(new Steps().Return());
        run.Send(new Steps().Return());

        Assert.Equal((3, 1), ((await run.Host.SettleAsync()).Handled, run.Host.Statistics.Trapped));
        Assert.Contains("backpressure", Assert.Single(run.Host.DeadLetters).Reason, StringComparison.Ordinal);
    }

    /// <summary>A handler whose type is that of an ordinary function may start timers, and may not wait.</summary>
    [Fact]
    public async Task SyncHandler_Waits_Traps()
    {
        await using TaskRun run = new(wat: SyncComponent);
        run.Send(new Steps().Start(Long, 0).Cancel(Register, 1).Drop(Register).Sleep(0).Report());
        run.Send(new Steps().Sleep(1));
        run.Send(new Steps().NewSet(0).WaitSet(Register, 1));
        run.Send(new Steps().Return());
        run.Send(new Steps());

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((3, 3), (statistics.Handled, statistics.Trapped));
        Assert.Equal(
            [
                "handle-message waited in wait-for, and its type is not that of an async function",
                "handle-message waited in waitable-set.wait, and its type is not that of an async function",
                "it called task.return where no function that is lifted async runs",
            ],
            run.Host.DeadLetters.Select(letter => letter.Reason)
        );
    }

    /// <summary>A handler of an async type may wait also where it is lifted as any other.</summary>
    [Fact]
    public async Task SyncLiftOfAnAsyncType_Waits_IsHandled()
    {
        await using TaskRun run = new(
            wat: TaskGuest.Component.Replace(
                " async (callback (core func $main \"callback\"))",
                "",
                StringComparison.Ordinal
            )
        );
        run.Send(new Steps().Sleep(1).Report());

        await run.AssertHandledAsync();
        Assert.Single(run.Reports);
    }

    [Theory]
    [InlineData("(call $return (i32.const 0))", "it called task.return while realloc or post-return ran")]
    [InlineData("(drop (call $new-set))", "it called waitable-set.new while realloc or post-return ran")]
    [InlineData("(call $wait (i64.const 1))", "it called wait-for while realloc or post-return ran")]
    public async Task Realloc_CallsABuiltIn_Traps(string call, string why)
    {
        await using TestHost host = new();
        MessagingEndpoint client = host.AddSender();
        host.AddText("guest", Calling(realloc: call));
        Assert.Equal(SendStatus.Accepted, client.Send("guest", "x"u8));

        Assert.Equal(1, (await host.SettleAsync()).Trapped);
        Assert.Equal(why, Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData("(call $return (i32.const 0))", "it called task.return where no function that is lifted async runs")]
    [InlineData("(call $wait (i64.const -1))", "it waited in wait-for while none of its handlers ran")]
    public async Task Start_CallsABuiltIn_IsALoadError(string call, string why)
    {
        await using TestHost host = new();

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("guest", Calling(start: call))
        );

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A guest that calls built-ins in its realloc or its start function.</summary>
    private static string Calling(string realloc = "", string start = "") =>
        $$"""
            (component
              (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock
                (export "wait-for" (func async (param "how-long" u64)))))
              (core func $wait (canon lower (func $clock "wait-for")))
              (core func $return (canon task.return (result (result))))
              (core func $new-set (canon waitable-set.new))
              (core module $main
                (import "host" "wait" (func $wait (param i64)))
                (import "host" "return" (func $return (param i32)))
                (import "host" "new-set" (func $new-set (result i32)))
                (memory (export "memory") 1)
                (func $start {{start}})
                (start $start)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) {{realloc}} (i32.const 64))
                (func (export "handle") (param i32 i32 i32 i32) (result i32) (call $return (i32.const 0)) (i32.const 0))
                (func (export "callback") (param i32 i32 i32) (result i32) (unreachable)))
              (core instance $main (instantiate $main (with "host" (instance
                (export "wait" (func $wait)) (export "return" (func $return)) (export "new-set" (func $new-set))))))
              (func (export "handle-message") async (param "sender" string) (param "message" (list u8)) (result (result))
                (canon lift (core func $main "handle") async (callback (core func $main "callback"))
                  (memory (core memory $main "memory")) (realloc (core func $main "realloc")))))
            """;
}
