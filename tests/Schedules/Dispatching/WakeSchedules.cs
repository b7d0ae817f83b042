using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>The ready queue and the workers that sleep: no worker sleeps while there is work.</summary>
public sealed class WakeSchedules
{
    /// <summary>The queue and the sleeping workers alone: a receiver that becomes ready while workers go to sleep is run.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Wake_WhileWorkersPark_SomebodyComes(int workers) =>
        Explorer.Explore(
            1000,
            () =>
            {
                ScheduledHost host = new(workers);
                Bell[] bells =
                [
                    host.Add("a", (self, services) => new Bell(self, services)),
                    host.Add("b", (self, services) => new Bell(self, services)),
                ];
                Threads.Run([
                    .. bells.Select(bell =>
                        (
                            bell.Self.Id,
                            new Action(() =>
                            {
                                for (int i = 0; i < 2; i++)
                                {
                                    bell.Ring();
                                    bell.AwaitHearing();
                                }
                            })
                        )
                    ),
                ]);
                host.Stop(0);
            }
        );

    /// <summary>The same with one ring, at each moment of the worker's way to its sleep; the last time as one that waits for its turn among the long.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void Wake_AtEachMomentBeforeAWorkerSleeps_SomebodyComes(int workers, bool isLong) =>
        Explorer.ExploreAll(
            2,
            () =>
            {
                ScheduledHost host = new(workers);
                Bell bell = host.Add("bell", (self, services) => new Bell(self, services));
                if (isLong)
                {
                    bell.MakeLong();
                }

                Threads.Run(
                    (
                        "ringer",
                        () =>
                        {
                            bell.Ring();
                            bell.AwaitHearing();
                        }
                    )
                );
                Threads.EndChoices();
                host.Stop(0);
            }
        );

    /// <summary>
    /// A worker goes to a handler that does not come back before somebody else who is ready had a turn: the other worker is woken,
    /// at a tick where the first one kept it to itself, or where that one has long turns.
    /// </summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Wake_WhileAWorkerIsAway_TheOtherComes(bool byHandler, bool isLong) =>
        Explorer.Explore(
            1000,
            () =>
            {
                ScheduledHost host = new(workers: 2);
                bool isHeard = false;
                Bell bell = host.Add("bell", (self, services) => new Bell(self, services));
                bell.OnRing = () =>
                {
                    isHeard = true;
                    return 0;
                };
                if (isLong)
                {
                    bell.MakeLong();
                }

                Inbox inbox = new();
                inbox.OnMessage = number =>
                {
                    if (number == 1)
                    {
                        RingIf(byHandler);
                        Threads.WaitFor(() => isHeard, "somebody to hear the bell");
                    }
                };
                host.AddEndpoint("inbox", inbox.Handle);
                bool isOver = false;
                Thread clock = Threads.Start("clock", () => TickWorkers(host, () => isOver || !byHandler && !isLong));
                Threads.Run(("one", () => host.Send("one", "inbox", 2)), ("ringer", () => RingIf(!byHandler)));
                host.Stop(2);
                isOver = true;
                clock.Join();

                void RingIf(bool condition)
                {
                    if (condition)
                    {
                        bell.Ring();
                    }
                }
            }
        );

    private static void TickWorkers(ScheduledHost host, Func<bool> isOver)
    {
        while (!isOver())
        {
            Thread.Yield();
            host.TickWorkers();
        }
    }
}
