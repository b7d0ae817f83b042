using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>
/// What two threads see of each other in moments of a few nanoseconds. Run alone: with others beside them on few processors the
/// two would hardly ever meet.
/// </summary>
[Collection(Alone.Name)]
public sealed class RingMailboxRaceTests
{
    /// <summary>What others see of the counts while the reader starts over is never more than could be there.</summary>
    [Fact]
    public void Count_WhileTheReaderRewinds_IsNeverMoreThanTheBound()
    {
        using TestRing mailbox = new(4, 1 << 20);
        int most = 0;

        Observe(mailbox.Ring, rewinds: true, _ => most = Math.Max(most, mailbox.Ring.Count));

        Assert.InRange(most, 0, 4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Accepted_WhileTheReaderReleases_NeverCountsMoreThanWasSent(bool rewinds)
    {
        using TestRing mailbox = new(4, 1 << 20);
        long beyond = 0;

        Observe(
            mailbox.Ring,
            rewinds,
            sent =>
            {
                long accepted = mailbox.Ring.Accepted;
                beyond = Math.Max(beyond, accepted - sent());
            }
        );

        Assert.Equal(0, beyond);
    }

    /// <summary>A sender that finds the reader starting over must not take an empty mailbox for a full one.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(66_000)]
    public void TryEnqueue_WhileTheReaderRewinds_IsNotRefused(int size)
    {
        using TestRing mailbox = new(4, 1 << 20);
        const int Count = 60_000;
        int taken = 0;
        int refused = 0;
        Thread sender = new(() =>
        {
            byte[] message = new byte[size];
            for (int i = 0; i < Count; i++)
            {
                // One at a time: there is always room.
                SpinWait spin = default;
                while (Volatile.Read(ref taken) != i)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                while (mailbox.Ring.TryEnqueue(0, message) != SendStatus.Accepted)
                {
                    refused++;
                }
            }
        });
        sender.Start();
        for (int i = 0; i < Count; i++)
        {
            SpinWait spin = default;
            while (!mailbox.Ring.HasNext)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            mailbox.Ring.Release(1);
            Volatile.Write(ref taken, i + 1);
            mailbox.Ring.Rewind();
        }

        sender.Join();
        Assert.Equal(0, refused);
    }

    /// <summary>Messages that go around the ring's end while the reader clears what it has read there are not cleared with it.</summary>
    [Fact]
    public void TryEnqueue_AroundTheEndWhileTheReaderRewinds_IsNotLost()
    {
        const int Messages = 20;
        for (int round = 0; round < 300; round++)
        {
            TestRing mailbox = new(1024, 1 << 20);
            mailbox.MoveTo(TestRing.SizeInSlots - 1 - (round % 4), 0);
            bool go = false;
            Thread sender = new(() =>
            {
                while (!Volatile.Read(ref go)) { }
                for (int i = 0; i < Messages; i++)
                {
                    mailbox.Ring.TryEnqueue((uint)i, []);
                }
            });
            sender.Start();
            Thread.Yield();
            Volatile.Write(ref go, true);
            Thread.SpinWait(round % 16);
            mailbox.Ring.Rewind();
            sender.Join();

            Assert.Equal(Messages, MailboxReader.TakeAll(mailbox.Ring).Count);
            mailbox.Dispose();
        }
    }

    /// <summary>Messages come and go one by one, while another thread looks on with the number that was sent at most.</summary>
    private static void Observe(RingMailbox ring, bool rewinds, Action<Func<long>> look)
    {
        bool done = false;
        long sent = 0;
        Thread observer = new(() =>
        {
            while (!Volatile.Read(ref done))
            {
                look(() => Volatile.Read(ref sent));
            }
        });
        observer.Start();
        byte[] message = new byte[rewinds ? 66_000 : 8];
        for (int i = 0; i < (rewinds ? 30_000 : 1_000_000); i++)
        {
            Volatile.Write(ref sent, sent + 1);
            ring.TryEnqueue(0, message);
            ring.Release(1);
            if (rewinds)
            {
                ring.Rewind();
            }
        }

        Volatile.Write(ref done, true);
        observer.Join();
    }
}
