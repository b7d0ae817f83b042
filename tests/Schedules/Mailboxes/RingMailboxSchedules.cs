using FireAndForget.Mailboxes;
using FireAndForget.Tests.Exploring;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>The ring, so far from its start that its reader moves it back whenever it is empty.</summary>
public sealed class RingMailboxSchedules : MailboxSchedules
{
    private const int Far = 66_000;
    private static readonly byte[] Long = new byte[Far];

    private protected override int Runs => 2000;

    private protected override int Before => 1;

    private protected override Mailbox Make() => MakeFar();

    /// <summary>A sender that finds the reader starting over must not take an empty mailbox for a full one.</summary>
    [Fact]
    public void TryEnqueue_WhileTheReaderStartsOver_IsNotRefused() =>
        Explorer.Explore(
            Runs,
            () =>
            {
                RingMailbox mailbox = MakeFar();
                int done = 0;
                Threads.Run(
                    ("sender 1", () => Send(1)),
                    ("sender 2", () => Send(2)),
                    (
                        "reader",
                        () =>
                        {
                            Received received = new();
                            while (done != 2 || mailbox.Count != 0)
                            {
                                ReadSome(mailbox, received);
                            }
                        }
                    )
                );
                Discard(mailbox);

                void Send(uint sender)
                {
                    // One of each at most: there is room for both.
                    Expect.Equal(SendStatus.Accepted, mailbox.TryEnqueue(sender, [(byte)(sender * 16)]), "a send");
                    done++;
                }
            }
        );

    private static RingMailbox MakeFar()
    {
        RingMailbox mailbox = new(new() { Messages = 2, Bytes = Far });
        mailbox.TryEnqueue(0, Long);
        mailbox.Release(1);
        return mailbox;
    }
}
