using FireAndForget.Buffers;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>Messages whose bytes several mailboxes share: read as others are, and given back by who released them last.</summary>
public sealed class SharedBytesTests
{
    private const int Long = Mailbox.LargestInBatch + 1;

    private static readonly MailboxOptions Options = new() { Messages = 64, Bytes = 4 << 20 };

    [Fact]
    public void TryEnqueue_AmongOthers_IsReadInOrderAndGivenBackWhenReleased()
    {
        using RingMailbox mailbox = new(Options);
        SharedBytes shared = SharedBytes.Copy(Bytes(Long, seed: 7));

        mailbox.TryEnqueue(1, [1, 2]);
        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(2, shared));
        mailbox.TryEnqueue(3, [3]);
        Assert.Equal(2, shared.References);
        Assert.Equal((3, 1 + 8 - 1 + Long + 7 - ((Long + 7) % 8) + 8), (mailbox.Count, (int)mailbox.ByteCount));

        // What is copied in runs ends before it.
        Assert.Single(MailboxReader.Run(mailbox, 10, 1 << 20));
        Assert.True(mailbox.TryPeek(1, out uint sender, out ReadOnlySpan<byte> message));
        Assert.Equal(2u, sender);
        Assert.Equal(Bytes(Long, seed: 7), message.ToArray());
        Assert.True(mailbox.TryPeek(2, out _, out message));
        Assert.Equal([3], message.ToArray());

        mailbox.Release(1);
        Assert.True(mailbox.TryLook(out sender, out int length));
        Assert.Equal((2u, Long, 2), (sender, length, shared.References));
        mailbox.Release(1);
        Assert.Equal(1, shared.References);
        mailbox.Release(1);
        shared.Release();
        mailbox.Close();
    }

    /// <summary>Through many laps of the ring, beside plain messages, in several mailboxes.</summary>
    [Fact]
    public void TryEnqueue_ManyLaps_EachIsReadWholeAndGivenBack()
    {
        RingMailbox[] mailboxes = [new(Options), new(Options), new(Options)];
        Random random = new(5);
        List<SharedBytes> all = [];
        Queue<byte[]>[] expected = [.. mailboxes.Select(_ => new Queue<byte[]>())];
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = Bytes(random.Next(2) == 0 ? random.Next(300) : Long + random.Next(5000), i);
            SharedBytes shared = SharedBytes.Copy(bytes);
            for (int at = 0; at < mailboxes.Length; at++)
            {
                SendStatus status =
                    bytes.Length > Mailbox.LargestInBatch
                        ? mailboxes[at].TryEnqueue(9, shared)
                        : mailboxes[at].TryEnqueue(9, bytes);
                if (status == SendStatus.Accepted)
                {
                    expected[at].Enqueue(bytes);
                }

                int released = random.Next(3);
                for (int r = 0; r < released && mailboxes[at].TryPeek(0, out _, out ReadOnlySpan<byte> message); r++)
                {
                    Assert.True(message.SequenceEqual(expected[at].Dequeue()));
                    mailboxes[at].Release(1);
                }

                mailboxes[at].Rewind();
            }

            all.Add(shared);
        }

        foreach (RingMailbox mailbox in mailboxes)
        {
            mailbox.Release(mailbox.Count);
            mailbox.Close();
            mailbox.Dispose();
        }

        Assert.All(all, shared => Assert.Equal(1, shared.References));
        all.ForEach(shared => shared.Release());
    }

    [Fact]
    public void TryEnqueue_NoRoom_RefersToNothing()
    {
        using RingMailbox mailbox = new(new() { Messages = 64, Bytes = Long });
        SharedBytes shared = SharedBytes.Copy(Bytes(Long, 1));

        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, shared));
        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, shared));
        Assert.Equal(2, shared.References);
        mailbox.Release(1);
        mailbox.Close();
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(1, shared));
        Assert.Equal(1, shared.References);
        shared.Release();
    }

    /// <summary>A handler that was given up may still look at its message.</summary>
    [Fact]
    public void Release_MemoryIsKept_StaysReferredTo()
    {
        RingMailbox mailbox = new(Options);
        SharedBytes shared = SharedBytes.Copy(Bytes(Long, 1));
        mailbox.TryEnqueue(1, shared);
        mailbox.TryPeek(0, out _, out ReadOnlySpan<byte> message);

        mailbox.Close();
        mailbox.KeepMemory();
        mailbox.Release(1);
        Assert.Equal(2, shared.References);
        Assert.Equal(Bytes(Long, 1), message.ToArray());
        mailbox.Dispose();
        Assert.Equal(1, shared.References);
        shared.Release();
    }

    [Fact]
    public void TryEnqueue_MailboxThatDropsTheOldest_CopiesThem()
    {
        LockedMailbox mailbox = new(MailboxOptions.Unbounded, (_, _, _) => null);
        SharedBytes shared = SharedBytes.Copy(Bytes(Long, 1));

        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, shared));
        Assert.Equal(1, shared.References);
        shared.Release();
        Assert.True(mailbox.TryPeek(0, out _, out ReadOnlySpan<byte> message));
        Assert.Equal(Bytes(Long, 1), message.ToArray());
    }

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
