using Xunit;
using static FireAndForget.Tests.StepGuest;
using static FireAndForget.Tests.TaskGuest;

namespace FireAndForget.Tests;

/// <summary>Handlers that are async functions with a callback: tasks, what they return, and what they wait for.</summary>
public sealed class TaskTests
{
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
        await using TaskRun run = new(workers);
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
        await using TaskRun run = new();
        run.Send(new Steps().End(1).Report().End(1).End(1).Return().Report());

        await run.AssertHandledAsync();
        Assert.Equal(2, run.Reports.Count);
        Assert.All(run.Reports, report => Assert.Equal((0, 0, 0), EventOf(report)));
    }

    [Fact]
    public async Task Task_WaitsForTwoTimers_GetsTheOneThatRunsOut()
    {
        await using TaskRun run = new();
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
        await using TaskRun run = new();
        run.Send(new Steps().StartRaw(0, 0).StartRaw(Long, 1).Return().Report());

        await run.AssertHandledAsync();
        Assert.Equal((2, 1), (run.Reports[0][0], run.Reports[0][1] & 15));
        Assert.NotEqual(0, run.Reports[0][1] >> 4);
    }

    [Fact]
    public async Task Task_CallsWhatWaits_GoesOnBehindIt()
    {
        await using TaskRun run = new();
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
        await using TaskRun run = new();
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
        await using TaskRun run = new(workers);
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
        await using TaskRun run = new();
        run.Send(new Steps().Return(1).End(1).Sleep(1).Report());

        Assert.Equal((1, 1), ((await run.Host.SettleAsync()).Rejected, run.Reports.Count));
    }

    [Fact]
    public async Task Context_OfAnotherTask_IsZeroAgain()
    {
        await using TaskRun run = new();
        run.Send(new Steps().SetContext(7).End(1).GetContext(0).Report().Return());
        run.Send(new Steps().GetContext(0).Report().Return());

        await run.AssertHandledAsync(messages: 2);
        Assert.Equal([7, 0], run.Reports.Select(report => report[0]));
    }

    [Fact]
    public async Task Cancel_ATimer_SaysWhetherItHadRunOut()
    {
        await using TaskRun run = new();
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
        await using TaskRun run = new();
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
        await using TaskRun run = new();
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Task_WaitsForWhatNeverComes_TimesOut(bool hasTimer)
    {
        await using TaskRun run = new(budget: TimeSpan.FromMilliseconds(300));
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
        await using TaskRun run = new(
            wat: TaskGuest.Component.Replace("(call $run)))", "(i32.const 1)))", StringComparison.Ordinal),
            budget: TimeSpan.FromMilliseconds(300)
        );
        run.Send(new Steps().Return().End(1));

        Assert.Equal(1, (await run.Host.SettleAsync()).TimedOut);
    }

    [Fact]
    public async Task Stop_WhileATaskWaits_LeavesItUndeliverable()
    {
        await using TaskRun run = new(workers: 2, budget: TimeSpan.Zero);
        run.Send(new Steps().Report().Sleep(Long));
        await TestHost.UntilAsync(() => run.Reports.Count == 1, "the guest has reported");

        await run.Host.StopAsync(TimeSpan.Zero);

        Assert.Equal(1, run.Host.Statistics.Undeliverable);
    }

    private static (int Code, int Handle, int State) EventOf(int[] report) =>
        (report[Event], report[EventHandle], report[EventState]);
}
