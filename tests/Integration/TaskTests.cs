using System.Buffers.Binary;
using Xunit;
using static FireAndForget.Tests.TaskGuest;

namespace FireAndForget.Tests;

/// <summary>Handlers that are async functions with a callback: tasks, what they return, what they wait for, and what they do wrong.</summary>
public sealed class TaskTests
{
    private const int Long = 3_600_000;

    [Fact]
    public void Inspect_AnAsyncHandler_IsDirect()
    {
        ComponentInspection inspection = ComponentInspection.Of(ComponentSource.FromText(TaskGuest.Component));

        Assert.Equal((null, GuestRuntime.Direct, true), (inspection.Refusal, inspection.Runtime, inspection.Receives));
    }

    /// <summary>Both what asks for the component API, and what needs it, meet a guest that runs on the direct runtime alone.</summary>
    [Fact]
    public async Task Add_ToAHostThatPrefersTheComponentApi_RunsAllTheSame()
    {
        await using TestHost host = new(runtime: GuestRuntime.ComponentApi);
        host.AddText("guest", TaskGuest.Component);
        Assert.Equal(SendStatus.Accepted, host.AddSender().Send("guest", new Steps().End(1).Return().Message));

        Assert.Equal(1, (await host.SettleAsync()).Handled);
    }

    [Fact]
    public async Task Add_WithADirectory_IsRefused()
    {
        await using TestHost host = new();

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() =>
            host.AddText(
                "guest",
                TaskGuest.Component,
                new() { Wasi = new() { Directories = [new() { Host = AppContext.BaseDirectory, Guest = "/data" }] } }
            )
        );

        Assert.Contains(
            "it has async functions or imports WASI 0.3, which the direct runtime alone has, and cannot be granted directories",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Task_ReturnsAndExits_IsHandledOrRejected(int workers)
    {
        await using Run run = new(workers);
        run.Send(new Steps().Return());
        run.Send(new Steps().Return(1));
        run.Send(new Steps().Return().Exit().Trap());

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((2, 1), (statistics.Handled, statistics.Rejected));
        DeadLetter letter = Assert.Single(run.Host.DeadLetters);
        Assert.Equal("handle-message returned an error", letter.Reason);
    }

    [Fact]
    public async Task Task_Yields_IsCalledBackWithNoEvent()
    {
        await using Run run = new();
        run.Send(new Steps().End(1).Report().End(1).End(1).Return().Report());

        await run.AssertHandledAsync();
        Assert.Equal(2, run.Reports.Count);
        Assert.All(run.Reports, report => Assert.Equal((0, 0, 0), EventOf(report)));
    }

    [Fact]
    public async Task Task_WaitsForTwoTimers_GetsTheOneThatRunsOut()
    {
        await using Run run = new();
        run.Send(
            new Steps()
                .NewSet(0)
                .Start(Long, 1)
                .Start(1, 2)
                .Join(Register + 1, Register)
                .Join(Register + 2, Register)
                .End(2, Register)
                .Report()
                .Drop(Register + EventHandle)
                .Start(1, 2)
                .Join(Register + 2, Register)
                .End(2, Register)
                .Report()
                .Drop(Register + EventHandle)
                .Join(Register + 1, 0)
                .DropSet(Register)
                .Return()
        );

        await run.AssertHandledAsync();
        Assert.Equal((1, run.Reports[0][2], 2), EventOf(run.Reports[0]));
        Assert.Equal((1, run.Reports[1][2], 2), EventOf(run.Reports[1]));
    }

    /// <summary>A timer that has run out already has no handle, and the answer says that it has returned.</summary>
    [Fact]
    public async Task Start_NoTimeAtAll_HasReturned()
    {
        await using Run run = new();
        run.Send(new Steps().StartRaw(0, 0).StartRaw(Long, 1).Return().Report());

        await run.AssertHandledAsync();
        Assert.Equal((2, 1), (run.Reports[0][0], run.Reports[0][1] & 15));
        Assert.NotEqual(0, run.Reports[0][1] >> 4);
    }

    [Fact]
    public async Task Task_CallsWhatWaits_GoesOnBehindIt()
    {
        await using Run run = new();
        run.Send(
            new Steps()
                .NewSet(0)
                .Start(1, 1)
                .Join(Register + 1, Register)
                .Sleep(3)
                .PollSet(Register + 0, 3, at: 512)
                .PollSet(Register + 0, 4, at: 512)
                .YieldNow(5)
                .Return()
                .Report()
        );

        await run.AssertHandledAsync();
        Assert.Equal((1, 0, 0), (run.Reports[0][3], run.Reports[0][4], run.Reports[0][5]));
    }

    [Fact]
    public async Task WaitSet_ATimer_WritesItsEvent()
    {
        await using Run run = new();
        run.Send(
            new Steps()
                .NewSet(3)
                .Start(1, 4)
                .Join(Register + 4, Register + 3)
                .WaitSet(Register + 3, 5)
                .Drop(Register + 4)
                .Return()
                .Report()
        );

        await run.AssertHandledAsync();
        int[] report = run.Reports[0];
        Assert.Equal((1, report[4], 2), (report[5], report[0], report[1]));
    }

    /// <summary>A guest that waits takes no other message: those behind it come in their order when it has ended.</summary>
    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Task_WaitsWhileMessagesCome_TheyKeepTheirOrder(int workers)
    {
        await using Run run = new(workers);
        for (int i = 0; i < 30; i++)
        {
            run.Send(
                new Steps()
                    .SetContext(i)
                    .NewSet(0)
                    .Start(i % 3, 1)
                    .StartRaw(1, 2)
                    .End(1)
                    .Sleep(1)
                    .GetContext(7)
                    .Return()
                    .Report()
            );
        }

        Assert.Equal(30, (await run.Host.SettleAsync()).Handled - 30);
        Assert.Equal(Enumerable.Range(0, 30), run.Reports.Select(report => report[7]));
    }

    [Fact]
    public async Task Task_GoesOnBehindItsResult_IsHandledWhenItEnds()
    {
        await using Run run = new();
        run.Send(new Steps().Return(1).End(1).Sleep(1).Report());

        Assert.Equal((1, 1), ((await run.Host.SettleAsync()).Rejected, run.Reports.Count));
    }

    [Fact]
    public async Task Context_OfAnotherTask_IsZeroAgain()
    {
        await using Run run = new();
        run.Send(new Steps().SetContext(7).End(1).GetContext(0).Report().Return());
        run.Send(new Steps().GetContext(0).Report().Return());

        await run.AssertHandledAsync(messages: 2);
        Assert.Equal([7, 0], run.Reports.Select(report => report[0]));
    }

    [Fact]
    public async Task Cancel_ATimer_SaysWhetherItHadRunOut()
    {
        await using Run run = new();
        run.Send(
            new Steps()
                .Start(Long, 0)
                .Cancel(Register, 1)
                .Drop(Register)
                .Start(1, 2)
                .Sleep(2)
                .Cancel(Register + 2, 3)
                .Drop(Register + 2)
                .Return()
                .Report()
        );

        await run.AssertHandledAsync();
        Assert.Equal((4, 2), (run.Reports[0][1], run.Reports[0][3]));
    }

    /// <summary>Handles are given back: many more timers than it may hold at a time.</summary>
    [Fact]
    public async Task Drop_VeryManyTimers_LeavesRoom()
    {
        await using Run run = new();
        Steps steps = new();
        for (int i = 0; i < 200; i++)
        {
            steps.Start(Long, 0).Cancel(Register, 1).Drop(Register);
        }

        steps.Return();
        for (int i = 0; i < 60; i++)
        {
            run.Send(steps);
        }

        await run.AssertHandledAsync(messages: 60);
    }

    /// <summary>What an instance holds of handles is bounded, over all its messages.</summary>
    [Fact]
    public async Task Start_MoreTimersThanAnInstanceMayHold_Traps()
    {
        await using Run run = new();
        Steps steps = new();
        for (int i = 0; i < 1000; i++)
        {
            steps.StartRaw(Long, 0);
        }

        steps.Return();
        for (int i = 0; i < 11; i++)
        {
            run.Send(steps);
        }

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((10, 1), (statistics.Handled, statistics.Trapped));
        Assert.Contains("10000 handles", Assert.Single(run.Host.DeadLetters).Reason, StringComparison.Ordinal);
    }

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
        await using Run run = new();
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
        await using Run run = new();
        run.Send(new Steps().Report().End(1).Trap());

        Assert.Equal(1, (await run.Host.SettleAsync()).Trapped);
        Assert.Single(run.Reports);
    }

    /// <summary>No task can lift what none is there to lift.</summary>
    [Fact]
    public async Task Backpressure_IsLeftOn_TheNextMessageTraps()
    {
        await using Run run = new();
        run.Send(new Steps().Press().Ease().Return());
        run.Send(new Steps().Press().Return());
        run.Send(new Steps().Return());
        run.Send(new Steps().Return());

        Assert.Equal((3, 1), ((await run.Host.SettleAsync()).Handled, run.Host.Statistics.Trapped));
        Assert.Contains("backpressure", Assert.Single(run.Host.DeadLetters).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Task_WaitsForWhatNeverComes_TimesOut(bool hasTimer)
    {
        await using Run run = new(budget: TimeSpan.FromMilliseconds(300));
        run.Send(
            hasTimer
                ? new Steps().NewSet(0).Start(Long, 1).Join(Register + 1, Register).End(2, Register)
                : new Steps().NewSet(0).End(2, Register)
        );
        run.Send(new Steps().Return().Sleep(Long));
        run.Send(new Steps().Return());

        HostStatistics statistics = await run.Host.SettleAsync();

        Assert.Equal((2, 1), (statistics.TimedOut, statistics.Handled));
    }

    [Fact]
    public async Task Task_YieldsForever_TimesOut()
    {
        await using Run run = new(
            wat: TaskGuest.Component.Replace("(call $run)))", "(i32.const 1)))", StringComparison.Ordinal),
            budget: TimeSpan.FromMilliseconds(300)
        );
        run.Send(new Steps().Return().End(1));

        Assert.Equal(1, (await run.Host.SettleAsync()).TimedOut);
    }

    [Fact]
    public async Task Stop_WhileATaskWaits_LeavesItUndeliverable()
    {
        await using Run run = new(workers: 2, budget: TimeSpan.Zero);
        run.Send(new Steps().Report().Sleep(Long));
        await TestHost.UntilAsync(() => run.Reports.Count == 1, "the guest has reported");

        await run.Host.StopAsync(TimeSpan.Zero);

        Assert.Equal(1, run.Host.Statistics.Undeliverable);
    }

    /// <summary>A handler whose type is that of an ordinary function may start timers, and may not wait.</summary>
    [Fact]
    public async Task SyncHandler_Waits_Traps()
    {
        await using Run run = new(wat: SyncComponent);
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
        await using Run run = new(
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

    private static (int Code, int Handle, int State) EventOf(int[] report) =>
        (report[Event], report[EventHandle], report[EventState]);

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

    /// <summary>The guest with an endpoint that sends to it, and hears what it reports.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly Inbox _inbox;
        private readonly MessagingEndpoint _client;

        public Run(int workers = 1, string? wat = null, TimeSpan? budget = null)
        {
            Host = new(workers);
            _client = Host.AddInbox("client", out _inbox);
            Host.AddText(
                "guest",
                wat ?? TaskGuest.Component,
                new()
                {
                    SendsTo = ["client"],
                    Limits = new() { MessageTimeout = budget ?? TimeSpan.FromMinutes(1) },
                    Restart = new() { Max = 100 },
                }
            );
        }

        public TestHost Host { get; }

        /// <summary>The registers that it sent, each time that it did.</summary>
        public IReadOnlyList<int[]> Reports => [.. _inbox.Received.Select(received => Registers(received.Bytes))];

        public void Send(Steps steps) => Assert.Equal(SendStatus.Accepted, _client.Send("guest", steps.Message));

        public async Task AssertHandledAsync(int messages = 1)
        {
            HostStatistics statistics = await Host.SettleAsync();
            Assert.Equal([], Host.DeadLetters.Select(letter => letter.Reason));
            Assert.Equal(messages + Reports.Count, statistics.Handled);
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();

        private static int[] Registers(byte[] bytes)
        {
            int[] registers = new int[bytes.Length / sizeof(int)];
            for (int i = 0; i < registers.Length; i++)
            {
                registers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
            }

            return registers;
        }
    }
}
