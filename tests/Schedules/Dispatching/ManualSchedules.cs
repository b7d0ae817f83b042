using FireAndForget.Dispatching;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Two threads wait for a drain that only they can deliver for.</summary>
public sealed class ManualSchedules
{
    [Fact]
    public void Drain_TwoThatPump_AllIsHandledAndBothEnd() =>
        Explorer.Explore(
            1500,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                Inbox inbox = new();
                host.AddEndpoint("inbox", inbox.Handle);
                Threads.Run(("one", () => SendAndDrain("one")), ("two", () => SendAndDrain("two")));
                Stop(host, 4);

                void SendAndDrain(string id)
                {
                    Routing.MessageSender sender = host.AddSender(id);
                    for (int i = 0; i < 2; i++)
                    {
                        Expect.Equal(SendStatus.Accepted, sender.Send("inbox", [(byte)i]), "a send");
                        PumpUntil(host, host.Accounts.WhenDrained());
                        Expect.True(inbox.Has(id, i), () => $"{i} of {id} was not handled before the drain.");
                    }
                }
            }
        );

    /// <summary>A handler does not return: another thread pumps, and the first one does not pump when it comes back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryAbandon_WhileTwoPump_OnePumpsAtATime(bool comesBackSoon) =>
        Explorer.Explore(
            500,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                Inbox inbox = new() { OnMessage = _ => Thread.Yield() };
                host.AddEndpoint("one", inbox.Handle);
                host.AddEndpoint("two", inbox.Handle);
                bool isIn = false;
                bool isOver = false;
                Receiver lost = host.AddEndpoint(
                    "lost",
                    _ =>
                    {
                        isIn = true;
                        Threads.WaitFor(() => isOver, "its end");
                    }
                );
                int accepted = host.Send("stopper", "lost", 2);
                Threads.Run(
                    ("one", () => SendAndDrain("one")),
                    ("two", () => SendAndDrain("two")),
                    (
                        "stopper",
                        () =>
                        {
                            Threads.WaitFor(() => isIn, "the handler");
                            lost.Close("the host stopped");
                            Expect.True(host.TryAbandon(lost), () => "It is not taken over.");
                            if (!comesBackSoon)
                            {
                                host.Drain();
                            }

                            isOver = true;
                        }
                    )
                );
                Stop(host, accepted);
                Expect.Equal(4, inbox.Count, "what the others got");

                void SendAndDrain(string id)
                {
                    int mine = host.Send(id, id, 2);
                    accepted += mine;
                    PumpUntil(host, host.Accounts.WhenDrained());
                }
            }
        );

    /// <summary>An error of the host: the thread that pumps goes on, and the messages are undeliverable.</summary>
    [Fact]
    public void GiveUp_WhileTwoPump_EverythingIsUndeliverable() =>
        Explorer.Explore(
            300,
            () =>
            {
                ScheduledHost host = new(workers: 0);
                host.Add("failing", (self, services) => new FailingReceiver(self, services));
                int accepted = 0;
                Threads.Run(("one", () => SendAndDrain("one")), ("two", () => SendAndDrain("two")));
                Expect.Equal(accepted, Stop(host, accepted).Undeliverable, "undeliverable");

                void SendAndDrain(string id)
                {
                    int mine = host.Send(id, "failing", 2);
                    accepted += mine;
                    PumpUntil(host, host.Accounts.WhenDrained());
                }
            }
        );

    private static HostStatistics Stop(ScheduledHost host, int accepted)
    {
        Task empty = host.Accounts.WhenEmpty();
        host.CloseAll();
        PumpUntil(host, empty);
        return host.Stop(accepted);
    }

    /// <summary>As the host does it, but that it keeps its thread while it waits.</summary>
    private static void PumpUntil(ScheduledHost host, Task done)
    {
        ManualDispatcher manual = host.Manual!;
        while (!done.IsCompleted)
        {
            Task changed = manual.WhenChanged();
            if (manual.TryPump(Worker.Quota, out int settled))
            {
                host.Accounts.CheckDrained();
            }

            if (!done.IsCompleted && settled == 0)
            {
                Threads.WaitFor(() => changed.IsCompleted || done.IsCompleted, "something to become ready");
            }
        }

        manual.AnnounceChange();
    }
}
