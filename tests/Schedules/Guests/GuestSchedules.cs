using FireAndForget.Components;
using FireAndForget.Routing;
using FireAndForget.Tests.Dispatching;
using FireAndForget.Tests.Exploring;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>Components that restart, are replaced and are removed while messages come.</summary>
public sealed class GuestSchedules
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A trap, and a pause that ends whenever it likes: what comes meanwhile waits for the fresh instance.</summary>
    [Fact]
    public void Restart_AfterAPause_NothingIsLost() =>
        Explorer.Explore(
            700,
            () =>
            {
                GuestOutput log = new();
                CheckedCode code = new(1, log);
                FakeTimeProvider time = new();
                ScheduledHost host = new(workers: 2, time);
                Add(host, code, maxRestarts: 2);
                bool isOver = false;
                Thread clock = Threads.Start("clock", () => Tick(host, time, () => isOver));
                Threads.Run(
                    ("one", () => Send(host.AddSender("one"), 0, GuestOutput.Trap + 1, 2)),
                    ("two", () => Send(host.AddSender("two"), 10, 11))
                );
                host.Drain();
                Expect.Equal(5, log.Count, "messages that came");
                HostStatistics sum = host.Stop(5);
                isOver = true;
                clock.Join();
                Expect.Equal((4, 1), (sum.Handled, sum.Trapped), "handled and trapped");
                Expect.Equal(1, host.Events.OfType<ComponentRestarted>().Count(), "restarts told of");
                code.ExpectGone();
            }
        );

    /// <summary>It stops for good at its first trap, while others send.</summary>
    [Fact]
    public void Restart_NoneIsLeft_TheRestIsUndeliverableAndEverybodyIsToldOnce() =>
        Explorer.Explore(
            700,
            () =>
            {
                GuestOutput log = new();
                CheckedCode code = new(1, log);
                ScheduledHost host = new(workers: 2);
                Add(host, code, maxRestarts: 0);
                int[] accepted = new int[2];
                Threads.Run(
                    ("one", () => accepted[0] = Send(host.AddSender("one"), 0, GuestOutput.Trap + 1, 2)),
                    ("two", () => accepted[1] = Send(host.AddSender("two"), 10, 11))
                );
                HostStatistics sum = host.Stop(accepted.Sum());
                Expect.Equal((long)log.Count, sum.Handled + sum.Trapped, "handled and trapped");
                Expect.Equal(1, sum.Trapped, "trapped");
                Expect.Equal(1, host.Events.OfType<ComponentStopped>().Count(), "stops told of");
                code.ExpectGone();
            }
        );

    /// <summary>What is sent after the replacing returned, and what waits, the new version handles; and looks at its memory disturb nobody.</summary>
    [Fact]
    public void Replace_WhileMessagesFlyAndOneTraps_NothingIsLostAndOrderIsKept() =>
        Explorer.Explore(
            700,
            () =>
            {
                GuestOutput log = new();
                CheckedCode[] codes = [new(1, log), new(2, log), new(3, log)];
                FakeTimeProvider time = new();
                ScheduledHost host = new(workers: 1, time);
                ComponentReceiver receiver = Add(host, codes[0], maxRestarts: 3);
                bool isOver = false;
                Thread clock = Threads.Start("clock", () => Tick(host, time, () => isOver));
                Threads.Run(
                    ("one", () => Send(host.AddSender("one"), 0, GuestOutput.Trap + 1, 2)),
                    (
                        "replacer",
                        () =>
                        {
                            for (int i = 1; i < codes.Length; i++)
                            {
                                receiver.TryReplace(codes[i], receiver.Options, codes[i].Release);
                                Send(host.AddSender("replacer"), 10 * i);
                            }
                        }
                    ),
                    ("observer", () => receiver.MeasureMemory())
                );
                host.Drain();
                Expect.Equal(5, log.Count, "messages that came");
                Expect.True(log.VersionOf(10) >= 2, () => "The first version got what was sent after it was replaced.");
                Expect.Equal(3, log.VersionOf(20), "the version that got what was sent last");
                host.Stop(5);
                isOver = true;
                clock.Join();
                Array.ForEach(codes, c => c.ExpectGone());
            }
        );

    /// <summary>Removed while it is replaced and while messages come: nothing is used afterwards, and nothing is kept.</summary>
    [Fact]
    public void Remove_WhileItIsReplaced_NothingIsLeft() =>
        Explorer.Explore(
            700,
            () =>
            {
                GuestOutput log = new();
                CheckedCode[] codes = [new(1, log), new(2, log)];
                FakeTimeProvider time = new();
                ScheduledHost host = new(workers: 2, time);
                ComponentReceiver receiver = Add(host, codes[0], maxRestarts: 3);
                int accepted = 0;
                bool isOver = false;
                Thread clock = Threads.Start("clock", () => Tick(host, time, () => isOver));
                Threads.Run(
                    ("one", () => accepted = Send(host.AddSender("one"), 0, GuestOutput.Trap + 1, 2)),
                    ("replacer", () => ReplaceWhereItRuns(receiver, codes[1])),
                    ("remover", () => host.Remove(receiver)),
                    ("observer", () => receiver.MeasureMemory())
                );
                HostStatistics sum = host.Stop(accepted);
                isOver = true;
                clock.Join();
                Expect.Equal((long)log.Count, sum.Handled + sum.Trapped, "handled and trapped");
                Array.ForEach(codes, c => c.ExpectGone());
            }
        );

    /// <summary>
    /// The fresh instance is made away from the workers, and cannot be made at first: what comes meanwhile waits for it, and so does
    /// who drains the host, who has been told of everything then.
    /// </summary>
    [Fact]
    public void Restart_AwayFromTheWorkers_NothingIsLostAndADrainWaitsForIt() =>
        Explorer.Explore(
            700,
            () =>
            {
                GuestOutput log = new();
                CheckedCode code = new(1, log);
                ScheduledHost host = new(workers: 2);
                Add(host, code, maxRestarts: 3, pauses: false);
                code.FailuresToCome = 1;
                Threads.Run(
                    ("one", () => Send(host.AddSender("one"), 0, GuestOutput.Trap + 1, 2)),
                    ("two", () => Send(host.AddSender("two"), 10, GuestOutput.Trap + 11))
                );
                host.Drain();
                host.NoteEvents();
                Expect.Equal(5, log.Count, "messages that came");
                Expect.Equal(2, host.Events.OfType<DeadLetter>().Count(), "dead letters told of when it had drained");
                Expect.Equal(
                    2,
                    host.Events.OfType<ComponentRestarted>().Count(),
                    "restarts told of when it had drained"
                );
                HostStatistics sum = host.Stop(5);
                Expect.Equal((3, 2), (sum.Handled, sum.Trapped), "handled and trapped");
                code.ExpectGone();
            }
        );

    /// <summary>Replaced and removed while a fresh instance may be on its way: that one is ended, and its version given back once.</summary>
    [Fact]
    public void Remove_WhileAFreshInstanceIsMadeAndItIsReplaced_NothingIsLeft() =>
        Explorer.Explore(
            700,
            () =>
            {
                GuestOutput log = new();
                CheckedCode[] codes = [new(1, log), new(2, log)];
                ScheduledHost host = new(workers: 2);
                ComponentReceiver receiver = Add(host, codes[0], maxRestarts: 3, pauses: false);
                int accepted = 0;
                Threads.Run(
                    ("one", () => accepted = Send(host.AddSender("one"), GuestOutput.Trap, 1, GuestOutput.Trap + 2, 3)),
                    ("replacer", () => ReplaceWhereItRuns(receiver, codes[1])),
                    ("remover", () => host.Remove(receiver))
                );
                HostStatistics sum = host.Stop(accepted);
                Expect.Equal((long)log.Count, sum.Handled + sum.Trapped, "handled and trapped");
                Array.ForEach(codes, c => c.ExpectGone());
            }
        );

    private static void ReplaceWhereItRuns(ComponentReceiver receiver, CheckedCode code)
    {
        try
        {
            receiver.TryReplace(code, receiver.Options, code.Release);
        }
        catch (InvalidOperationException)
        {
            Expect.True(receiver.IsStopped, () => "It cannot be replaced and has not stopped.");
        }
    }

    private static ComponentReceiver Add(ScheduledHost host, CheckedCode code, int maxRestarts, bool pauses = true) =>
        host.AddComponent(
            "guest",
            code,
            new()
            {
                Restart = new() { Max = maxRestarts, Pause = pauses ? Pause : TimeSpan.Zero },
            },
            code.Release
        );

    private static int Send(MessageSender sender, params ReadOnlySpan<int> numbers)
    {
        int accepted = 0;
        foreach (int number in numbers)
        {
            accepted += sender.Send("guest", [(byte)number]) == SendStatus.Accepted ? 1 : 0;
        }

        return accepted;
    }

    private static void Tick(ScheduledHost host, FakeTimeProvider time, Func<bool> isOver)
    {
        while (!isOver())
        {
            Thread.Yield();
            host.Tick();
            // At most as many restarts as there are need not be within one window.
            time.Advance(Pause);
        }
    }
}
