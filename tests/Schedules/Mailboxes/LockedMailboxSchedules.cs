using FireAndForget.Mailboxes;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>The mailbox behind a lock.</summary>
public sealed class LockedMailboxSchedules
{
    /// <summary>Whatever is evicted meanwhile: each message comes once or is evicted once, and what comes is in order.</summary>
    [Fact]
    public void TryEnqueue_DropsTheOldest_EachMessageComesOrIsEvicted() =>
        Explorer.Explore(
            1000,
            () =>
            {
                const int Each = 3;
                int[] evicted = new int[3];
                LockedMailbox mailbox = new(
                    new()
                    {
                        Messages = 2,
                        Bytes = 1000,
                        OverflowPolicy = OverflowPolicy.DropOldest,
                    },
                    (sender, _, _) =>
                    {
                        evicted[sender]++;
                        return null;
                    }
                );
                int senders = 2;
                Received received = new();
                Threads.Run(
                    ("sender 1", () => Send(1)),
                    ("sender 2", () => Send(2)),
                    (
                        "reader",
                        () =>
                        {
                            while (senders != 0 || mailbox.Count != 0)
                            {
                                MailboxSchedules.ReadSome(mailbox, received);
                            }
                        }
                    )
                );
                Expect.Equal(2 * Each, mailbox.Accepted, "accepted");
                for (uint sender = 1; sender <= 2; sender++)
                {
                    Expect.Equal(Each, received.Of(sender).Count() + evicted[sender], "came and were evicted");
                    Expect.Equal(received.Of(sender).Distinct().Order(), received.Of(sender), "the order");
                }

                mailbox.Close();
                mailbox.Dispose();

                void Send(uint sender)
                {
                    for (int i = 0; i < Each; i++)
                    {
                        Expect.Equal(
                            SendStatus.Accepted,
                            mailbox.TryEnqueue(sender, Received.Message(sender, i)),
                            "a send"
                        );
                    }

                    senders--;
                }
            }
        );
}
