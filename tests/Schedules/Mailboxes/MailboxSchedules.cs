using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>What every mailbox keeps to, however its senders and its reader meet.</summary>
public abstract class MailboxSchedules
{
    private const int Each = 3;

    /// <summary>A mailbox with room for two messages.</summary>
    private protected abstract Mailbox Make();

    /// <summary>How many schedules are tried, a small number where the mailbox has locks.</summary>
    private protected abstract int Runs { get; }

    [Fact]
    public void TryEnqueue_TwoSendersAndAReader_EachMessageComesOnceWholeAndInOrder() =>
        Explorer.Explore(
            Runs,
            () =>
            {
                Mailbox mailbox = Make();
                int started = 0;
                int senders = 2;
                Received received = new();
                Threads.Run(
                    ("sender 1", () => Send(1)),
                    ("sender 2", () => Send(2)),
                    ("observer", Observe),
                    (
                        "reader",
                        () =>
                        {
                            while (received.Count < 2 * Each)
                            {
                                ReadSome(mailbox, received);
                            }
                        }
                    )
                );
                Expect.Equal(Enumerable.Range(0, Each), received.Of(1), "what came of sender 1");
                Expect.Equal(Enumerable.Range(0, Each), received.Of(2), "what came of sender 2");
                Expect.Equal((0, 2 * Each + Before), (mailbox.Count, mailbox.Accepted), "in the mailbox, and accepted");
                Discard(mailbox);

                void Send(uint sender)
                {
                    for (int i = 0; i < Each; i++)
                    {
                        started++;
                        while (mailbox.TryEnqueue(sender, Received.Message(sender, i)) != SendStatus.Accepted)
                        {
                            Thread.Yield();
                        }
                    }

                    senders--;
                }

                void Observe()
                {
                    long before = 0;
                    while (senders != 0)
                    {
                        long accepted = mailbox.Accepted;
                        Expect.True(
                            accepted >= before && accepted <= started + Before,
                            () => $"{accepted} accepted after {before}, of {started} sends."
                        );
                        before = accepted;
                        int count = mailbox.Count;
                        Expect.True(count is >= 0 and <= 2, () => $"{count} messages in a mailbox for two.");
                        Thread.Yield();
                    }
                }
            }
        );

    [Fact]
    public void Close_WhileTwoSend_WhatWasAcceptedIsThereAndNothingElse() =>
        Explorer.Explore(
            Runs,
            () =>
            {
                Mailbox mailbox = Make();
                int[] accepted = new int[3];
                bool closed = false;
                Received received = new();
                Threads.Run(
                    ("sender 1", () => Send(1)),
                    ("sender 2", () => Send(2)),
                    (
                        "reader",
                        () =>
                        {
                            ReadSome(mailbox, received);
                            mailbox.Close();
                            closed = true;
                            while (mailbox.Count != 0)
                            {
                                ReadSome(mailbox, received);
                            }

                            mailbox.Dispose();
                        }
                    )
                );
                Expect.Equal(Enumerable.Range(0, accepted[1]), received.Of(1), "what came of sender 1");
                Expect.Equal(Enumerable.Range(0, accepted[2]), received.Of(2), "what came of sender 2");

                void Send(uint sender)
                {
                    bool wasClosed;
                    SendStatus status;
                    do
                    {
                        wasClosed = closed;
                        status = mailbox.TryEnqueue(sender, Received.Message(sender, accepted[sender]));
                        accepted[sender] += status == SendStatus.Accepted ? 1 : 0;
                        Thread.Yield();
                    } while (status != SendStatus.Closed && !wasClosed);

                    Expect.Equal(SendStatus.Closed, status, "a send after the closing");
                }
            }
        );

    [Fact]
    public void WaitForRoom_TwoThatWait_AreWokenUp() =>
        Explorer.Explore(
            Runs,
            () =>
            {
                Mailbox mailbox = Make();
                Received received = new();
                Threads.Run(
                    ("sender 1", () => Send(1)),
                    ("sender 2", () => Send(2)),
                    (
                        "reader",
                        () =>
                        {
                            while (received.Count < 2 * Each)
                            {
                                ReadSome(mailbox, received);
                            }
                        }
                    )
                );
                Discard(mailbox);

                void Send(uint sender)
                {
                    for (int i = 0; i < Each; i++)
                    {
                        byte[] message = Received.Message(sender, i);
                        while (mailbox.TryEnqueue(sender, message) != SendStatus.Accepted)
                        {
                            Task room = mailbox.WaitForRoom();
                            if (mailbox.TryEnqueue(sender, message) == SendStatus.Accepted)
                            {
                                break;
                            }

                            Threads.WaitFor(room, "room");
                        }
                    }
                }
            }
        );

    /// <summary>How many messages came and went before the scenario starts.</summary>
    private protected virtual int Before => 0;

    private protected static void Discard(Mailbox mailbox)
    {
        mailbox.Close();
        mailbox.Dispose();
    }

    /// <summary>As a worker does: a run, or one after the other, and where there is nothing it starts over.</summary>
    internal static void ReadSome(Mailbox mailbox, Received received)
    {
        MessageSlot[] slots = new MessageSlot[2];
        byte[] bytes = new byte[64];
        int count = mailbox.CopyRun(slots, bytes, out uint start);
        if (count == 0)
        {
            mailbox.Rewind();
            Thread.Yield();
            return;
        }

        if (received.Count % 2 == 0)
        {
            foreach (MessageSlot slot in slots.AsSpan(0, count))
            {
                uint offset = slot.End - ((slot.Length + 7) & ~7u) - start;
                received.Add(slot.Sender, bytes.AsSpan((int)offset, (int)slot.Length));
            }
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                Expect.True(
                    mailbox.TryPeek(i, out uint sender, out ReadOnlySpan<byte> message),
                    () => "It was copied and is not there."
                );
                received.Add(sender, message);
            }
        }

        mailbox.Release(count);
    }
}
