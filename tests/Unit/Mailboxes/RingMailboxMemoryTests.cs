using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>A mailbox that gets no memory from the machine.</summary>
public class RingMailboxMemoryTests
{
    private bool _hasMemory;

    [Fact]
    public void TryEnqueue_NoMemory_IsQueueFullUntilThereIsSome()
    {
        RingMailbox mailbox = new(new(), Rent);

        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, [1]));
        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, [1]));
        Assert.Equal((0, 0, 0), (mailbox.Accepted, mailbox.Count, mailbox.ByteCount));
        Assert.False(mailbox.HasNext);
        Assert.False(mailbox.TryPeek(0, out _, out _));
        Assert.True(mailbox.IsQuiet);

        _hasMemory = true;
        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, [2]));
        Assert.True(mailbox.TryPeek(0, out _, out ReadOnlySpan<byte> message));
        Assert.Equal([2], message.ToArray());
    }

    [Fact]
    public void CloseAndDispose_NeverHadMemory_IsLikeAnyOther()
    {
        RingMailbox mailbox = new(new(), Rent);
        mailbox.TryEnqueue(1, [1]);

        mailbox.Rewind();
        mailbox.Close();

        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(1, [1]));
        mailbox.Dispose();
    }

    private bool Rent(uint slots, uint bytes, out RingMemory memory)
    {
        memory = default;
        return _hasMemory && RingMemory.TryRent(slots, bytes, out memory);
    }
}
