using System.Buffers;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>The mailbox behind a lock: without bounds, or dropping the oldest.</summary>
public sealed class LockedMailboxTests : MailboxContract
{
    private readonly List<(uint Sender, int Length)> _evicted = [];

    private protected override Mailbox Make() => new LockedMailbox(MailboxOptions.Unbounded, Evicted);

    [Theory]
    [InlineData(3, 1000, new[] { 1, 2, 3 }, new int[0])]
    [InlineData(3, 1000, new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2 })]
    [InlineData(9, 10, new[] { 4, 6 }, new int[0])]
    [InlineData(9, 10, new[] { 4, 6, 1 }, new[] { 4 })]
    [InlineData(9, 10, new[] { 1, 1, 1, 10 }, new[] { 1, 1, 1 })]
    [InlineData(9, 10, new[] { 10, 0, 0 }, new int[0])]
    [InlineData(1, 10, new[] { 0, 0, 0 }, new[] { 0, 0 })]
    public void TryEnqueue_Bounded_TheOldestMakeRoom(int messages, int bytes, int[] lengths, int[] evicted)
    {
        LockedMailbox mailbox = Bounded(messages, bytes);

        foreach (int length in lengths)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue((uint)length, new byte[length]));
        }

        Assert.Equal(evicted.Select(l => ((uint)l, l)), _evicted);
        Assert.Equal(lengths[evicted.Length..], MailboxReader.PeekAll(mailbox).Select(m => m.Bytes.Length));
        Assert.Equal(lengths.Length, mailbox.Accepted);
    }

    [Fact]
    public void TryEnqueue_LargerThanTheBound_IsFullAndEvictsNothing()
    {
        LockedMailbox mailbox = Bounded(5, 10);
        mailbox.TryEnqueue(0, new byte[10]);

        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(0, new byte[11]));

        Assert.Empty(_evicted);
        Assert.Equal((1, 1), (mailbox.Count, mailbox.Accepted));
        mailbox.Close();
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(0, new byte[11]));
    }

    [Fact]
    public void TryEnqueue_MessagesBeingRead_AreNotEvicted()
    {
        LockedMailbox mailbox = Bounded(2, 100);
        mailbox.TryEnqueue(0, [1]);
        mailbox.TryEnqueue(0, [2]);
        MailboxReader.Run(mailbox, 10, 100);

        for (byte i = 3; i <= 6; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(0, [i]));
        }

        Assert.Equal(2, _evicted.Count);
        Assert.Equal([1, 2, 5, 6], MailboxReader.TakeAll(mailbox).Select(m => m.Bytes[0]));
    }

    /// <summary>What is evicted behind messages that are being read takes no number from them.</summary>
    [Fact]
    public void NumberOf_SomeEvictedWhileOthersAreRead_IsThatOfTheirAcceptance()
    {
        LockedMailbox mailbox = Bounded(2, 100);
        mailbox.TryEnqueue(0, [1]);
        mailbox.TryEnqueue(0, [2]);
        MailboxReader.Run(mailbox, 10, 100);
        for (byte i = 3; i <= 6; i++)
        {
            mailbox.TryEnqueue(0, [i]);
        }

        Assert.Equal([1, 2, 5, 6], Enumerable.Range(0, 4).Select(mailbox.NumberOf));
        mailbox.Release(2);
        Assert.Equal([5, 6], Enumerable.Range(0, 2).Select(mailbox.NumberOf));
    }

    [Fact]
    public void TryEnqueue_Unbounded_TakesMoreThanAnyLease()
    {
        Mailbox mailbox = Make();
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue((uint)i, new byte[i]));
        }

        Assert.Equal(5000 * 4999 / 2, mailbox.ByteCount);
        Assert.Equal(Enumerable.Range(0, 5000), MailboxReader.TakeAll(mailbox).Select(m => m.Bytes.Length));
        Assert.Equal((0, 0), (mailbox.Count, mailbox.ByteCount));
    }

    /// <summary>Running out of memory once threw out of the send.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryEnqueue_NoMemory_IsQueueFullAndNothingIsLost(bool isBounded)
    {
        ScarceMemory memory = new() { Left = 3 };
        Mailbox mailbox = isBounded
            ? Bounded(2, 100, memory)
            : new LockedMailbox(MailboxOptions.Unbounded, Evicted, memory);
        mailbox.TryEnqueue(1, [1]);
        mailbox.TryEnqueue(1, [2]);
        mailbox.TryEnqueue(1, [3]);
        int kept = isBounded ? 2 : 3;

        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, [4]));

        Assert.Equal((3, kept, kept), (mailbox.Accepted, mailbox.Count, mailbox.ByteCount));
        Assert.Equal(3 - kept, _evicted.Count);
        memory.Left = 1;
        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, [5]));
        Assert.Equal(isBounded ? [3, 5] : [1, 2, 3, 5], MailboxReader.TakeAll(mailbox).Select(m => (int)m.Bytes[0]));
        memory.Left = 0;
        mailbox.Close();
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(1, [6]));
    }

    private LockedMailbox Bounded(int messages, int bytes, ArrayPool<byte>? memory = null) =>
        new(
            new()
            {
                Messages = messages,
                Bytes = bytes,
                OverflowPolicy = OverflowPolicy.DropOldest,
            },
            Evicted,
            memory
        );

    /// <summary>Has memory for so many messages.</summary>
    private sealed class ScarceMemory : ArrayPool<byte>
    {
        public int Left { get; set; }

        public override byte[] Rent(int minimumLength) =>
            Left-- > 0 ? new byte[minimumLength] : throw new InsufficientMemoryException();

        public override void Return(byte[] array, bool clearArray = false) { }
    }

    private Action? Evicted(uint sender, int length, long number)
    {
        _evicted.Add((sender, length));
        return null;
    }
}
