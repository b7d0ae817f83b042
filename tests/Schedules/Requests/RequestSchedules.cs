using FireAndForget.Accounting;
using FireAndForget.Events;
using FireAndForget.Routing;
using FireAndForget.Tests.Exploring;
using FireAndForget.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Requests;

/// <summary>The table of open requests, when everything that can end a request comes at once: it ends once, and nothing of it is left.</summary>
public sealed class RequestSchedules
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Its message is handled, its time is over, and its guest gives it up, while the guest's worker looks for replies.</summary>
    [Fact]
    public void GuestRequest_AnsweredExpiredAndGivenUp_EndsOnce() =>
        Explorer.ExploreAll(
            2,
            () =>
            {
                Table table = new();
                GuestRequest request = table.Ask();
                bool isGivenUp = false;
                Threads.Run(
                    ("responder", () => request.Settled(Outcome.Handled, "", number: 1)),
                    ("clock", () => table.Time.Advance(2 * Second)),
                    (
                        "guest",
                        () =>
                        {
                            table.Requests.Begin(request);
                            isGivenUp = table.Requests.TryTakeOut(request.Number);
                            table.TakeReplies();
                        }
                    )
                );
                table.TakeReplies();
                Expect.Equal(1, table.Replies.Count + (isGivenUp ? 1 : 0), "ends of the request");
                bool isLate = isGivenUp || table.Replies is [ReplyOutcome.TimedOut];
                table.ExpectNothingLeft(late: isLate ? 1 : 0);
            }
        );

    /// <summary>The instance that asked ends while its request is answered: the reply is delivered or late.</summary>
    [Fact]
    public void GuestRequest_AnsweredWhileItsInstanceEnds_IsDeliveredOrLate() =>
        Explorer.ExploreAll(
            2,
            () =>
            {
                Table table = new();
                GuestRequest one = table.Ask();
                GuestRequest other = table.Ask();
                Threads.Run(
                    ("responder", () => one.Settled(Outcome.Handled, "", number: 1)),
                    ("another", () => other.Settled(Outcome.Rejected, "no", number: 1)),
                    (
                        "guest",
                        () =>
                        {
                            table.Requests.Begin(one);
                            table.Requests.Begin(other);
                            table.TakeReplies();
                            table.Requests.EndAllUnanswered();
                        }
                    )
                );
                table.TakeReplies();
                table.ExpectNothingLeft(late: 2 - table.Replies.Count);
            }
        );

    /// <summary>
    /// An awaited request is answered, expires and is cancelled, and the object is used again at once: a thread that comes late
    /// does not touch the next request.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AwaitedRequest_EndedInEveryWay_EndsOnceAndTheNextIsAnotherOne(bool mayBeCancelled) =>
        Explorer.ExploreAll(
            3,
            () =>
            {
                Table table = new();
                AwaitedRequest request = table.Requests.PrepareAwaited(Second, default);
                Expect.Equal(SendStatus.Accepted, request.Reserve(), "the reservation");
                using CancellationTokenSource cancellation = new();
                request.Begin(mayBeCancelled ? cancellation.Token : CancellationToken.None);
                ValueTask<Reply> reply = request.Reply;
                List<ReplyOutcome> replies = [];
                Threads.Run(
                    ("responder", () => request.Settled(Outcome.Handled, "", number: 1)),
                    ("clock", () => table.Time.Advance(2 * Second)),
                    ("canceller", cancellation.Cancel),
                    (
                        "caller",
                        () =>
                        {
                            Threads.WaitFor(() => reply.IsCompleted, "the reply");
                            replies.Add(reply.Result.Outcome);
                            AwaitedRequest next = table.Requests.PrepareAwaited(TimeSpan.FromHours(1), default);
                            Expect.Equal(SendStatus.Accepted, next.Reserve(), "the next reservation");
                            next.Begin(CancellationToken.None);
                            ValueTask<Reply> another = next.Reply;
                            Thread.Yield();
                            Expect.True(!another.IsCompleted, () => "The next request has ended already.");
                            next.Settled(Outcome.Rejected, "no", number: 2);
                            replies.Add(another.Result.Outcome);
                        }
                    )
                );
                Expect.Equal(2, replies.Count, "replies");
                Expect.Equal(ReplyOutcome.Rejected, replies[1], "the next reply");
                table.ExpectNothingLeft(late: replies[0] == ReplyOutcome.Handled ? 0 : 1);
            }
        );

    /// <summary>The table of one sender, with all that belongs to it.</summary>
    private sealed class Table
    {
        private readonly Ledger _ledger = new();
        private readonly DeadlineQueue _deadlines;
        private readonly SenderDirectory _directory = new();

        public Table()
        {
            _deadlines = new(Time, e => Expect.True(false, () => $"The deadlines threw {e}"));
            Participant self = new("guest", _directory.NumberOf("guest"), [], new ComponentOptions(), allowance: null);
            Requests = new(self, most: 2, _ledger, _deadlines, new EventHub());
        }

        public FakeTimeProvider Time { get; } = new();

        public OpenRequests Requests { get; }

        /// <summary>What the guest was told.</summary>
        public List<ReplyOutcome> Replies { get; } = [];

        public GuestRequest Ask()
        {
            GuestRequest request = Requests.PrepareOfGuest(Second, "responder");
            Expect.Equal(SendStatus.Accepted, request.Reserve(), "the reservation");
            return request;
        }

        /// <summary>What the guest's worker does.</summary>
        public void TakeReplies()
        {
            while (Requests.HasReplies && Requests.TryTakeReply(out GuestRequest? request))
            {
                Replies.Add(request.Outcome);
                Requests.EndReply(request);
            }
        }

        public void ExpectNothingLeft(int late)
        {
            Threads.EndChoices();
            Expect.Equal(0, Requests.Count, "open requests");
            Expect.Equal(0, _deadlines.Count, "deadlines");
            Expect.True(!_ledger.IsReporting, () => "Something is still to be told.");
            Expect.Equal((long)late, _ledger.LateReplies, "late replies");
        }
    }
}
