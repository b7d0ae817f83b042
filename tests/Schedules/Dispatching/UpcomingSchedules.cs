using FireAndForget.Dispatching;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>The receivers that a thread takes ahead of their turns, while others take them out again.</summary>
public sealed class UpcomingSchedules
{
    [Fact]
    public void TryTake_WhileOthersSteal_EachReceiverIsTakenOnce() =>
        Explorer.Explore(
            1000,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                Receiver[] receivers = [.. Enumerable.Range(0, 10).Select(i => host.AddEndpoint($"r{i}", _ => { }))];
                UpcomingReceivers upcoming = new();
                List<Receiver> taken = [];
                bool isOver = false;
                Threads.Run(("owner", Own), ("thief", Steal), ("other", Steal));

                Expect.Equal(receivers.Length, taken.Count, "what was taken");
                Expect.Equal(receivers.Length, taken.Distinct().Count(), "what was taken once");
                Expect.True(!upcoming.HasAny, () => "There is one left.");

                void Own()
                {
                    int next = 0;
                    while (next < receivers.Length || !upcoming.IsEmpty)
                    {
                        while (upcoming.HasRoom && next < receivers.Length)
                        {
                            upcoming.Add(receivers[next++]);
                        }

                        upcoming.Fetch();
                        if (upcoming.TryTake(out Receiver? receiver))
                        {
                            taken.Add(receiver);
                        }
                    }

                    isOver = true;
                }

                void Steal()
                {
                    while (!isOver)
                    {
                        if (upcoming.TrySteal(out Receiver? receiver))
                        {
                            taken.Add(receiver);
                        }

                        Thread.Yield();
                    }
                }
            }
        );

    [Fact]
    public void TryTake_OfOneThread_KeepsTheirOrder() =>
        Explorer.Explore(
            1,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                UpcomingReceivers upcoming = new();
                Receiver[] receivers = [.. Enumerable.Range(0, 19).Select(i => host.AddEndpoint($"r{i}", _ => { }))];
                List<Receiver> taken = [];
                Threads.Run(
                    (
                        "owner",
                        () =>
                        {
                            foreach (Receiver receiver in receivers)
                            {
                                if (!upcoming.HasRoom && upcoming.TryTake(out Receiver? first))
                                {
                                    taken.Add(first);
                                }

                                upcoming.Add(receiver);
                            }

                            while (upcoming.TryTake(out Receiver? next))
                            {
                                taken.Add(next);
                            }
                        }
                    )
                );

                Expect.True(taken.SequenceEqual(receivers), () => "They came in another order.");
            }
        );
}
