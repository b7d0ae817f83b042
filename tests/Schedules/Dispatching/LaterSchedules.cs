using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;
using FireAndForget.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Later messages, which several threads schedule, cancel, send and refuse: each of them has one end, and none is overtaken.</summary>
public sealed class LaterSchedules
{
    [Fact]
    public void SendLater_WhileTwoSendWhatIsDue_AllAreSentOnceAndInOrder() =>
        Explorer.Explore(
            1500,
            () =>
            {
                Fixture fixture = new();
                Threads.Run(
                    ("giver", () => fixture.Give(0, 1, 2, 3)),
                    ("one", () => fixture.SendDue(times: 3)),
                    ("two", () => fixture.SendDue(times: 3))
                );
                fixture.SendDue(times: 1);
                fixture.Check(handled: 4, refused: 0);
            }
        );

    [Fact]
    public void CancelLater_WhileItIsSent_IsCancelledOrSent() =>
        Explorer.Explore(
            1500,
            () =>
            {
                Fixture fixture = new();
                long[] numbers = fixture.Give(0, 1, 2);
                int cancelled = 0;
                Threads.Run(
                    ("clock", () => fixture.SendDue(times: 2)),
                    ("canceller", () => cancelled += fixture.Sender.CancelLater((ulong)numbers[1]) ? 1 : 0),
                    ("giver", () => fixture.Give(3))
                );
                fixture.SendDue(times: 1);
                fixture.Check(handled: 4 - cancelled, refused: 0);
            }
        );

    [Fact]
    public void Close_WhileMessagesAreGivenAndSent_EachIsSentOrRefused() =>
        Explorer.Explore(
            1500,
            () =>
            {
                Fixture fixture = new();
                int given = 0;
                Threads.Run(
                    ("giver", () => given += fixture.Give(0, 1, 2).Length),
                    ("clock", () => fixture.SendDue(times: 2)),
                    (
                        "stopper",
                        () =>
                        {
                            fixture.Host.Registry.Close();
                            fixture.Schedule.Close();
                        }
                    )
                );
                fixture.Check(handled: null, refused: null);
                Expect.Equal(3, fixture.Handled + (int)fixture.Sender.Refused, "what was sent or refused");
            }
        );

    [Fact]
    public void CancelAllLater_WhileMessagesAreGivenAndSent_NoneIsLeft() =>
        Explorer.Explore(
            1500,
            () =>
            {
                Fixture fixture = new();
                fixture.Give(0);
                Threads.Run(
                    ("giver", () => fixture.Give(1, 2)),
                    ("clock", () => fixture.SendDue(times: 2)),
                    ("remover", fixture.Sender.CancelAllLater)
                );
                fixture.Check(handled: null, refused: null);
            }
        );

    /// <summary>Who publishes behind the end of a subscription's change goes by it, whatever it looked at before.</summary>
    [Fact]
    public void Publish_WhileSubscriptionsChange_GoesByThoseThatAreThereBefore() =>
        Explorer.Explore(
            1500,
            () =>
            {
                Fixture fixture = new();
                Participant inbox = fixture.Host.Registry.Participants.Single(p => p.Id == "inbox");
                bool isSubscribed = false;
                Threads.Run(
                    (
                        "subscriber",
                        () =>
                        {
                            fixture.Host.Registry.ChangeSubscription(inbox, "news", isAdded: true);
                            Volatile.Write(ref isSubscribed, true);
                            fixture.Host.Registry.ChangeSubscription(inbox, "other", isAdded: true);
                        }
                    ),
                    (
                        "publisher",
                        () =>
                        {
                            for (int i = 0; i < 4; i++)
                            {
                                bool before = Volatile.Read(ref isSubscribed);
                                PublishResult result = fixture.Sender.Publish("news", [(byte)i]);
                                Expect.True(!before || result.Accepted == 1, () => $"{i} came to nobody.");
                            }
                        }
                    )
                );
                Expect.Equal(1, fixture.Sender.Publish("news", [4]).Accepted, "the last");
            }
        );

    /// <summary>A host in manual mode with an inbox, and a sender of later messages, which are due at once.</summary>
    private sealed class Fixture
    {
        private readonly Inbox _inbox = new();

        public Fixture()
        {
            Host.AddEndpoint("inbox", _inbox.Handle);
            Schedule = new(new(new FakeTimeProvider(), Throw, () => { }), Throw);
            Sender = Host.AddPlanner("planner", Schedule, most: 100);
        }

        public ScheduledHost Host { get; } = new(workers: 0);

        public LaterSchedule Schedule { get; }

        public MessageSender Sender { get; }

        public int Handled => _inbox.Count;

        public long[] Give(params byte[] messages)
        {
            long[] numbers = new long[messages.Length];
            for (int i = 0; i < messages.Length; i++)
            {
                Sender.SendLater("inbox", [messages[i]], TimeSpan.Zero, out numbers[i]);
            }

            return numbers;
        }

        public void SendDue(int times)
        {
            for (int i = 0; i < times; i++)
            {
                Schedule.SendDue();
            }
        }

        /// <summary>
        /// No later message waits any more, the task that waits for that ends, and what was sent is handled in order.
        /// </summary>
        public void Check(int? handled, long? refused)
        {
            Expect.True(Schedule.IsEmpty, () => "Something still waits.");
            Expect.True(Schedule.WhenEmpty().IsCompleted, () => "Nobody is told that nothing waits.");
            Host.Manual!.TryPump(int.MaxValue, out _);
            int[] seen = [.. _inbox.Of("planner")];
            Expect.True(seen.SequenceEqual(seen.Order()), () => $"They came as {string.Join(' ', seen)}.");
            Expect.Equal(handled ?? seen.Length, seen.Length, "what was handled");
            Expect.Equal(refused ?? Sender.Refused, Sender.Refused, "what was refused");
        }

        private static void Throw(Exception e) => throw new InvalidOperationException("It failed.", e);
    }
}
