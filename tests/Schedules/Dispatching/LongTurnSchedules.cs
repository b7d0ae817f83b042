using FireAndForget.Dispatching;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Receivers whose turns are long wait in a queue of their own: nobody forgets them there, and the others come first.</summary>
public sealed class LongTurnSchedules
{
    /// <summary>Turns that are long by themselves, with the one before, and not at all.</summary>
    private static readonly int[] Ticks = [2, 0, 1, 1, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Wake_OfSomeThatAreLongNowAndThen_SomebodyComes(int workers) =>
        Explorer.Explore(
            200,
            () =>
            {
                ScheduledHost host = new(workers);
                Bell[] bells = [AddBell(host, "a"), AddBell(host, "b")];
                foreach (Bell bell in bells)
                {
                    int turns = 0;
                    bell.OnRing = () => Ticks[turns++];
                }

                Threads.Run([
                    .. bells.Select(bell =>
                        (
                            bell.Self.Id,
                            new Action(() =>
                            {
                                foreach (int _ in Ticks)
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

    /// <summary>One worker, and others that always have something to do: seven ticks of theirs for each of a long turn.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void LongTurns_OthersAlwaysHaveSomethingToDo_TheyHaveSevenTicksForEach(int ticks) =>
        Explorer.Explore(
            100,
            () =>
            {
                const int LongTurns = 4;
                const int MostTurns = 150;
                ScheduledHost host = new(workers: 1);
                Bell slow = AddBell(host, "slow");
                Bell busy = AddBell(host, "busy", hasMore: true);
                int busyTurns = 0;
                List<int> before = [];
                slow.OnRing = () =>
                {
                    before.Add(busyTurns);
                    busyTurns = 0;
                    RingIf(slow, before.Count < LongTurns);
                    return ticks;
                };
                busy.OnRing = () =>
                {
                    host.Tick();
                    RingIf(slow, busyTurns++ == 0 && before.Count == 0);
                    RingIf(busy, before.Count < LongTurns && busyTurns < MostTurns);
                    // Not of its own: it is never long.
                    return 0;
                };

                RunBesideOther(host, busy, slow);
                const int Between = 2 * Worker.TicksForOthers;
                if (ticks == 1)
                {
                    // The first turn of one tick is no long one.
                    Expect.True(before[1] < Between, () => "A turn of one tick was long.");
                    before.RemoveAt(1);
                }

                Expect.Equal(Enumerable.Repeat(Between, before.Count - 1), before.Skip(1), "turns of the others");
                host.Stop(0);
            }
        );

    [Fact]
    public void LongTurns_NobodyElseHasAnythingToDo_TheyTakeTurns() =>
        Explorer.Explore(
            100,
            () =>
            {
                ScheduledHost host = new(workers: 1);
                Bell one = AddBell(host, "one", hasMore: true);
                Bell two = AddBell(host, "two", hasMore: true);
                List<Bell> turns = [];
                one.OnRing = () => Turn(one);
                two.OnRing = () => Turn(two);

                RunBesideOther(host, one, two);
                Expect.Equal([one, two, one, two, one, two], turns.Take(6), "turns");
                host.Stop(0);

                int Turn(Bell bell)
                {
                    turns.Add(bell);
                    RingIf(two, turns.Count == 1);
                    RingIf(bell, turns.Count < 20);
                    return 2;
                }
            }
        );

    private static Bell AddBell(ScheduledHost host, string id, bool hasMore = false) =>
        host.Add(id, (self, services) => new Bell(self, services) { HasMore = hasMore });

    private static void RingIf(Bell bell, bool condition)
    {
        if (condition)
        {
            bell.Ring();
        }
    }

    /// <summary>Rings the first of those that ring each other, and one that costs nothing, until all have been heard.</summary>
    private static void RunBesideOther(ScheduledHost host, params Bell[] bells)
    {
        Bell other = AddBell(host, "other");
        Threads.Run(
            ("one", () => RingAndWait(bells[0])),
            (
                "two",
                () =>
                {
                    RingAndWait(other);
                    RingAndWait(other);
                }
            )
        );
        Array.ForEach(bells, bell => bell.AwaitHearing());

        static void RingAndWait(Bell bell)
        {
            bell.Ring();
            bell.AwaitHearing();
        }
    }
}
