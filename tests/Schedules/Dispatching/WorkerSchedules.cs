using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Receivers and the workers that run them: each message has one outcome, whatever comes together.</summary>
public sealed class WorkerSchedules
{
    private static readonly string[] Senders = ["one", "two"];

    [Theory]
    [InlineData(1, OverflowPolicy.Refuse)]
    [InlineData(2, OverflowPolicy.Refuse)]
    [InlineData(1, OverflowPolicy.DropOldest)]
    public void Send_FromTwoThreads_AllIsHandledOnceAndInOrder(int workers, OverflowPolicy overflowPolicy) =>
        Explorer.Explore(
            1000,
            () =>
            {
                const int Each = 2;
                ScheduledHost host = new(workers);
                Inbox inbox = new();
                host.AddEndpoint("inbox", inbox.Handle, new() { OverflowPolicy = overflowPolicy });
                Threads.Run([
                    .. Senders.Select(id =>
                        (id, new Action(() => Expect.Equal(Each, host.Send(id, "inbox", Each), "accepted")))
                    ),
                ]);
                host.Drain();
                foreach (string sender in Senders)
                {
                    Expect.Equal(Enumerable.Range(0, Each), inbox.Of(sender), $"what came of {sender}");
                }

                host.Stop(2 * Each);
            }
        );

    /// <summary>An error of the host: the worker goes on, and what was sent is undeliverable.</summary>
    [Fact]
    public void GiveUp_WhileTwoSend_EverythingIsUndeliverable() =>
        Explorer.Explore(
            700,
            () =>
            {
                ScheduledHost host = new(workers: 2);
                host.Add("failing", (self, services) => new FailingReceiver(self, services));
                int accepted = 0;
                Threads.Run([
                    .. Senders.Select(id =>
                        (
                            id,
                            new Action(() =>
                            {
                                int mine = host.Send(id, "failing", 3);
                                accepted += mine;
                            })
                        )
                    ),
                    ("observer", () => Observe(host)),
                ]);
                HostStatistics sum = host.Stop(accepted);
                Expect.Equal(accepted, sum.Undeliverable, "undeliverable");
            }
        );

    /// <summary>The same for one with long turns, which the worker takes because it has nothing else.</summary>
    [Fact]
    public void GiveUp_OfALongOneThatIsNotDue_EverythingIsUndeliverable() =>
        Explorer.Explore(
            200,
            () =>
            {
                ScheduledHost host = new(workers: 1);
                FailingReceiver failing = host.Add("failing", (self, services) => new FailingReceiver(self, services));
                failing.NoteTurn(2);
                Bell slow = host.Add("slow", (self, services) => new Bell(self, services));
                slow.OnRing = () =>
                {
                    Expect.Equal(1, host.Send("one", "failing", 1), "accepted");
                    return 2;
                };
                slow.Ring();
                slow.AwaitHearing();
                Expect.Equal(1, host.Stop(1).Undeliverable, "undeliverable");
            }
        );

    /// <summary>A handler may have the thread interrupted that runs it: whatever waits next throws, and nothing is lost.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Interrupt_ByAHandler_EverythingIsHandledOnce(int workers) =>
        Explorer.Explore(
            400,
            () =>
            {
                ScheduledHost host = new(workers);
                Inbox inbox = new() { OnMessage = _ => Threads.Interrupt() };
                Receiver receiver = host.AddEndpoint("inbox", inbox.Handle);
                Bell bell = host.Add("bell", (self, services) => new Bell(self, services) { OnRing = () => 2 });
                int[] accepted = new int[2];
                Threads.Run(
                    ("one", () => accepted[0] = host.Send("one", "inbox", 3)),
                    ("two", () => accepted[1] = host.Send("two", "inbox", 3)),
                    (
                        "ringer",
                        () =>
                        {
                            for (int i = 0; i < 3; i++)
                            {
                                bell.Ring();
                                bell.AwaitHearing();
                            }
                        }
                    ),
                    ("observer", () => Observe(host))
                );
                host.Drain();
                Expect.True(!receiver.IsStopped && !bell.IsStopped, () => "A receiver was closed.");
                HostStatistics sum = host.Stop(accepted.Sum());
                Expect.Equal(accepted.Sum(), sum.Handled, "handled");
            }
        );

    /// <summary>Handlers that send on: what one worker makes ready the other may take.</summary>
    [Fact]
    public void Send_FromHandlers_IsHandledBeforeADrainEnds() =>
        Explorer.Explore(
            700,
            () =>
            {
                ScheduledHost host = new(workers: 2);
                MessageSender[] senders = [host.AddSender("a"), host.AddSender("b"), host.AddSender("client")];
                Inbox a = new();
                Inbox b = new();
                a.OnMessage = number => SendOn(senders[0], "b", number);
                b.OnMessage = number => SendOn(senders[1], "a", number);
                host.AddEndpoint("a", a.Handle);
                host.AddEndpoint("b", b.Handle);

                SendOn(senders[2], "a", 0);
                host.Drain();
                Expect.Equal([1], a.Of("client"), "what a got of the client");
                Expect.Equal([2], b.Of("a"), "what b got");
                Expect.Equal([3], a.Of("b"), "what a got of b");
                host.Stop(3);

                static void SendOn(MessageSender sender, string target, int number)
                {
                    if (number < 3)
                    {
                        Expect.Equal(SendStatus.Accepted, sender.Send(target, [(byte)(number + 1)]), "a send");
                    }
                }
            }
        );

    /// <summary>Who asks for a drain after a send was accepted finds it handled.</summary>
    [Fact]
    public void Drain_AfterASend_FindsItHandled() =>
        Explorer.Explore(
            1000,
            () =>
            {
                ScheduledHost host = new(workers: 1);
                Inbox inbox = new();
                host.AddEndpoint("inbox", inbox.Handle);
                Threads.Run([
                    .. Senders.Select(id =>
                        (
                            id,
                            new Action(() =>
                            {
                                MessageSender sender = host.AddSender(id);
                                for (int i = 0; i < 2; i++)
                                {
                                    Expect.Equal(SendStatus.Accepted, sender.Send("inbox", [(byte)i]), "a send");
                                    host.Drain();
                                    Expect.True(
                                        inbox.Has(id, i),
                                        () => $"{i} of {id} was not handled before the drain."
                                    );
                                }
                            })
                        )
                    ),
                ]);
                host.Stop(4);
            }
        );

    [Fact]
    public void Remove_WhileTwoSend_EachMessageIsHandledOrUndeliverable() =>
        Explorer.Explore(
            1000,
            () =>
            {
                ScheduledHost host = new(workers: 2);
                Inbox first = new();
                Inbox second = new();
                Receiver inbox = host.AddEndpoint("inbox", first.Handle);
                bool isRemoved = false;
                int accepted = 0;
                Threads.Run([
                    .. Senders.Select(id => (id, new Action(() => Send(host.AddSender(id))))),
                    (
                        "remover",
                        () =>
                        {
                            host.Remove(inbox);
                            isRemoved = true;
                            host.AddEndpoint("inbox", second.Handle);
                        }
                    ),
                    ("observer", () => Observe(host)),
                ]);
                HostStatistics sum = host.Stop(accepted);
                Expect.Equal(sum.Handled, first.Count + second.Count, "handled");

                void Send(MessageSender sender)
                {
                    for (int i = 0; i < 3; i++)
                    {
                        bool wasRemoved = isRemoved;
                        long handled = first.Count;
                        SendStatus status = sender.Send("inbox", [(byte)i]);
                        accepted += status == SendStatus.Accepted ? 1 : 0;
                        Expect.True(
                            status is SendStatus.Accepted or SendStatus.Closed or SendStatus.TargetNotFound
                                && (!wasRemoved || status != SendStatus.Closed),
                            () => $"A send was answered with {status}."
                        );
                    }
                }
            }
        );

    [Fact]
    public void Stop_UnderLoad_EverythingIsSettled() =>
        Explorer.Explore(
            1000,
            () =>
            {
                ScheduledHost host = new(workers: 2);
                Inbox inbox = new();
                host.AddEndpoint("inbox", inbox.Handle);
                int accepted = 0;
                Threads.Run([
                    .. Senders.Select(id =>
                        (
                            id,
                            new Action(() =>
                            {
                                MessageSender sender = host.AddSender(id);
                                SendStatus status;
                                byte i = 0;
                                do
                                {
                                    status = sender.Send("inbox", [i++]);
                                    accepted += status == SendStatus.Accepted ? 1 : 0;
                                } while (status != SendStatus.Closed && i < 5);
                            })
                        )
                    ),
                    ("stopper", host.CloseAll),
                    ("observer", () => Observe(host)),
                ]);
                HostStatistics sum = host.Stop(accepted);
                Expect.Equal(sum.Handled, inbox.Count, "handled");
            }
        );

    /// <summary>Reads the statistics again and again while others work.</summary>
    private static void Observe(ScheduledHost host)
    {
        HostStatistics before = new();
        for (int i = 0; i < 3; i++)
        {
            HostStatistics now = host.Accounts.Statistics;
            Expect.True(
                now.Queued >= 0
                    && now.InFlight >= 0
                    && now.Accepted >= before.Accepted
                    && now.Handled >= before.Handled
                    && now.Undeliverable >= before.Undeliverable
                    && now.Accepted == now.Handled + now.Undeliverable + now.Queued + now.InFlight,
                () => $"The statistics do not balance: {now} after {before}."
            );
            before = now;
        }
    }
}
