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

    /// <summary>
    /// Few receivers that have their turns again and again lie in the cache already; one turn of another has it look ahead for a while.
    /// </summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(16, false)]
    [InlineData(17, true)]
    [InlineData(100, true)]
    public void BeginTurn_OfReceiversInTurn_LooksAheadWhereThereAreMany(int count, bool isAhead) =>
        Explorer.Explore(
            1,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                UpcomingReceivers upcoming = new();
                Receiver[] receivers = [.. Enumerable.Range(0, count).Select(i => host.AddEndpoint($"r{i}", _ => { }))];
                bool[] first = [.. receivers.Select(upcoming.BeginTurn)];
                foreach (Receiver receiver in Enumerable.Repeat(receivers, 16).SelectMany(r => r))
                {
                    upcoming.BeginTurn(receiver);
                }

                Expect.True(
                    first.All(looks => looks),
                    () => "It does not look ahead at receivers that it has never run."
                );
                Expect.Equal(isAhead, upcoming.BeginTurn(receivers[0]), "whether it looks ahead");
                Expect.True(
                    upcoming.BeginTurn(host.AddEndpoint("another", _ => { })) && upcoming.BeginTurn(receivers[0]),
                    () => "It does not look ahead behind a receiver that it has not run lately."
                );
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
