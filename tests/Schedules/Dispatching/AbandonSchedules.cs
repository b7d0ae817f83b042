using FireAndForget.Dispatching;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Handlers that do not return before the host has to stop.</summary>
public sealed class AbandonSchedules
{
    /// <summary>A handler that may or may not come back in time: its message has one outcome, and so have those behind it.</summary>
    [Fact]
    public void TryAbandon_WhileTheHandlerReturns_EachMessageHasOneOutcome() =>
        Explorer.Explore(
            4000,
            () =>
            {
                ScheduledHost host = new(workers: 1);
                int begun = 0;
                Receiver inbox = host.AddEndpoint(
                    "inbox",
                    _ =>
                    {
                        begun++;
                        Thread.Yield();
                        if (begun == 2)
                        {
                            throw new InvalidOperationException("a handler that throws");
                        }
                    }
                );
                Inbox other = new();
                host.AddEndpoint("other", other.Handle);
                int accepted = host.Send("one", "inbox", 3);
                // So that the worker leaves the inbox once more before all of it is settled.
                Expect.Equal(1, host.Send("one", "other", 1), "accepted");
                inbox.Close("the host stopped");
                int taken = host.TryAbandon(inbox) ? 1 : 0;

                HostStatistics sum = host.Stop(accepted + 1);
                Expect.Equal(1, other.Count, "what the other got");
                Expect.Equal(begun - taken + 1, sum.Handled + sum.Trapped, "handled and trapped");
            }
        );

    /// <summary>
    /// A handler that never returns: what its worker has made ready others take, and the message stays as it is for as long as it is
    /// looked at.
    /// </summary>
    [Theory]
    [InlineData(OverflowPolicy.Refuse)]
    [InlineData(OverflowPolicy.DropOldest)]
    public void TryAbandon_TheHandlerNeverReturns_TheOthersGoOn(OverflowPolicy overflowPolicy) =>
        Explorer.Explore(
            500,
            () =>
            {
                MailboxOptions mailbox = new() { OverflowPolicy = overflowPolicy };
                ScheduledHost host = new(workers: 1);
                Inbox other = new();
                host.AddEndpoint("other", other.Handle, mailbox);
                bool isIn = false;
                bool isOver = false;
                EndpointReceiver inbox = host.AddEndpoint(
                    "inbox",
                    message =>
                    {
                        if (message.Bytes[0] == 1)
                        {
                            Expect.Equal(1, host.Send("inbox", "other", 1), "accepted");
                            isIn = true;
                            Threads.WaitFor(() => isOver, "the host's end");
                            Expect.Equal(1, message.Bytes[0], "the message at the end");
                        }
                    },
                    mailbox
                );
                int accepted = 0;
                Threads.Run(
                    ("one", () => accepted = host.Send("one", "inbox", 4)),
                    (
                        "stopper",
                        () =>
                        {
                            Threads.WaitFor(() => isIn, "the handler");
                            Expect.True(!host.TryAbandon(inbox), () => "It was open and is taken over.");
                            inbox.Close("the host stopped");
                            Expect.True(host.TryAbandon(inbox), () => "It is not taken over.");
                            Expect.True(!host.TryAbandon(inbox), () => "It is taken over twice.");
                            // Into the memory of the message, were it given back.
                            Expect.Equal(1, host.Send("stopper", "other", 1), "accepted");
                        }
                    )
                );
                HostStatistics sum = host.Stop(accepted + 2);
                Expect.Equal(2, other.Count, "what the other got");
                Expect.Equal((1 + 2, accepted - 1), (sum.Handled, sum.Undeliverable), "handled and undeliverable");
                isOver = true;
            }
        );
}
