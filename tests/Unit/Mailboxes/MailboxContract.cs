using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>What every mailbox does, whichever its bounds and whatever it does when they are reached.</summary>
public abstract partial class MailboxContract
{
    private const int Threshold = Mailbox.LargestInBatch;
    private static readonly int[] OddSizes = [3, 0, 8, 17, 1];

    /// <summary>A mailbox with room for what these tests put in: 1,024 messages and 1 MiB.</summary>
    private protected abstract Mailbox Make();

    [Fact]
    public void New_Mailbox_IsEmptyAndOpen()
    {
        Mailbox mailbox = Make();

        Assert.Equal((0, 0, 0), (mailbox.Count, mailbox.ByteCount, mailbox.Accepted));
        Assert.False(mailbox.HasNext);
        Assert.False(mailbox.IsClosed);
        Assert.True(mailbox.IsQuiet);
        Assert.False(mailbox.TryPeek(0, out _, out _));
        Assert.Equal(0, mailbox.CopyRun(new MessageSlot[4], new byte[64], out _));
    }

    [Fact]
    public void TryEnqueue_SomeMessages_AreReadInOrder()
    {
        Mailbox mailbox = Make();
        byte[][] messages = [.. Enumerable.Range(0, 20).Select(i => TestMessage.Bytes(i * 13, i))];

        for (int i = 0; i < messages.Length; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue((uint)i, messages[i]));
        }

        Assert.Equal((20, 20), (mailbox.Count, mailbox.Accepted));
        Assert.True(mailbox.HasNext);
        Assert.False(mailbox.IsQuiet);
        Assert.Equal(messages, MailboxReader.PeekAll(mailbox).Select(m => m.Bytes));
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => (uint)i),
            MailboxReader.PeekAll(mailbox).Select(m => m.Sender)
        );
    }

    [Fact]
    public void NumberOf_SomeReleased_CountsWhatWasAccepted()
    {
        Mailbox mailbox = Make();
        for (int i = 0; i < 5; i++)
        {
            mailbox.TryEnqueue(0, [1]);
        }

        Assert.Equal([1, 2, 3, 4, 5], Enumerable.Range(0, 5).Select(mailbox.NumberOf));
        MailboxReader.Run(mailbox, 10, 100);
        mailbox.Release(3);
        Assert.Equal([4, 5], Enumerable.Range(0, 2).Select(mailbox.NumberOf));
        mailbox.Release(2);
        mailbox.Rewind();
        mailbox.TryEnqueue(0, [1]);
        Assert.Equal(6, mailbox.NumberOf(0));
    }

    [Fact]
    public void CountUpTo_ANumber_CountsWhatWaitsUpToItAndNoMoreThanIsAsked()
    {
        Mailbox mailbox = Make();
        for (int i = 0; i < 7; i++)
        {
            mailbox.TryEnqueue(0, [1]);
        }

        MailboxReader.Run(mailbox, 2, 100);
        mailbox.Release(2);

        Assert.Equal([0, 0, 1, 4], ((long[])[1, 2, 3, 6]).Select(number => mailbox.CountUpTo(number, 100)));
        Assert.Equal([0, 1, 3, 4], ((int[])[0, 1, 3, 4]).Select(most => mailbox.CountUpTo(6, most)));
    }

    [Fact]
    public void TryEnqueue_WithNumber_TellsTheNumberThatTheReaderFinds()
    {
        Mailbox mailbox = Make();
        // Far enough that the ring starts over in between.
        for (int i = 1; i <= 200; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(7, [(byte)i], out long number));
            Assert.Equal((i, i), (number, mailbox.NumberOf(0)));
            mailbox.Release(MailboxReader.Run(mailbox, 1, 100).Count);
            mailbox.Rewind();
        }

        mailbox.TryEnqueue(7, [1]);
        mailbox.TryEnqueue(7, [1], out long behind);
        Assert.Equal((202, 202), (behind, mailbox.NumberOf(1)));
        mailbox.Close();
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(7, [1], out _));
    }

    [Fact]
    public void MarkSenders_SomeReleasedAndSomeTaken_MarksThoseOfAllThatAreNotReleased()
    {
        Mailbox mailbox = Make();
        for (uint sender = 0; sender < 6; sender++)
        {
            mailbox.TryEnqueue(sender * 2, [1]);
        }

        mailbox.CopyRun(new MessageSlot[4], new byte[64], out _);
        mailbox.Release(2);
        bool[] marked = new bool[9];

        Assert.Equal(4, mailbox.MarkSenders(marked));

        // The last one's number, 10, is beyond the end.
        Assert.Equal([4, 6, 8], Enumerable.Range(0, 9).Where(i => marked[i]));
    }

    [Fact]
    public void MarkSenders_SomeHaveContexts_TellsTheirOrigins()
    {
        Mailbox mailbox = Make();
        uint context = MessageOrigin.ContextFlag | 3;
        uint published = MessageOrigin.ContextFlag | MessageOrigin.TopicFlag | 4;
        foreach (uint origin in (uint[])[1, context, published])
        {
            mailbox.TryEnqueue(origin, [1]);
        }

        bool[] marked = new bool[9];
        List<uint> contexts = [];

        Assert.Equal(3, mailbox.MarkSenders(marked, contexts));

        Assert.Equal([1], Enumerable.Range(0, 9).Where(i => marked[i]));
        Assert.Equal([context, published], contexts);
    }

    [Fact]
    public void MarkSenders_ClosedAndEmpty_MarksNone()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(1, [1]);
        mailbox.TryPeek(0, out _, out _);
        mailbox.Release(1);
        mailbox.Close();
        mailbox.Dispose();
        bool[] marked = new bool[4];

        Assert.Equal(0, mailbox.MarkSenders(marked));
        Assert.DoesNotContain(true, marked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(Threshold - 1)]
    [InlineData(Threshold)]
    [InlineData(Threshold + 1)]
    [InlineData(500_000)]
    public void TryEnqueue_OfThisSize_IsReadAsItWas(int size)
    {
        Mailbox mailbox = Make();
        byte[] message = TestMessage.Bytes(size, 5);

        mailbox.TryEnqueue(77, message);

        Assert.True(mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> peeked));
        Assert.Equal(77u, sender);
        Assert.True(peeked.SequenceEqual(message));
        Assert.False(mailbox.TryPeek(1, out _, out _));
    }

    [Fact]
    public void TryEnqueue_BytesChangedAfterwards_KeepsWhatWasSent()
    {
        Mailbox mailbox = Make();
        byte[] small = [1];
        byte[] large = new byte[Threshold + 1];
        mailbox.TryEnqueue(0, small);
        mailbox.TryEnqueue(0, large);

        small[0] = 9;
        large[0] = 9;

        Assert.Equal([1, 0], MailboxReader.PeekAll(mailbox).Select(m => m.Bytes[0]));
    }

    [Fact]
    public void CopyRun_SomeMessages_GivesSlotsAndBytes()
    {
        Mailbox mailbox = Make();
        byte[][] messages = [.. OddSizes.Select(size => TestMessage.Bytes(size, size))];
        for (int i = 0; i < messages.Length; i++)
        {
            mailbox.TryEnqueue((uint)(i + 100), messages[i]);
        }

        List<(uint Sender, byte[] Bytes)> run = MailboxReader.Run(mailbox, 100, 1000);

        Assert.Equal(messages, run.Select(m => m.Bytes));
        Assert.Equal([100, 101, 102, 103, 104], run.Select(m => m.Sender));
        // Nothing is gone before it is released.
        Assert.Equal(5, mailbox.Count);
        Assert.Equal(messages, MailboxReader.Run(mailbox, 100, 1000).Select(m => m.Bytes));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    public void CopyRun_FewSlots_StopsThere(int slots, int expected)
    {
        Mailbox mailbox = Make();
        for (int i = 0; i < 4; i++)
        {
            mailbox.TryEnqueue(0, [1, 2]);
        }

        Assert.Equal(expected, MailboxReader.Run(mailbox, slots, 1000).Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(15, 0)]
    [InlineData(16, 1)]
    [InlineData(31, 1)]
    [InlineData(32, 2)]
    [InlineData(40, 3)]
    public void CopyRun_FewBytes_StopsThere(int bytes, int expected)
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, new byte[9]);
        mailbox.TryEnqueue(0, new byte[16]);
        mailbox.TryEnqueue(0, new byte[1]);

        Assert.Equal(expected, MailboxReader.Run(mailbox, 10, bytes).Count);
    }

    [Fact]
    public void CopyRun_EmptyMessages_NeedNoBytes()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, []);
        mailbox.TryEnqueue(0, []);

        Assert.Equal(2, MailboxReader.Run(mailbox, 10, 0).Count);
    }

    [Fact]
    public void CopyRun_BeforeALargeMessage_Stops()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);
        mailbox.TryEnqueue(0, new byte[Threshold + 1]);
        mailbox.TryEnqueue(0, [3]);

        Assert.Single(MailboxReader.Run(mailbox, 10, 1 << 20));
        mailbox.Release(1);
        Assert.Empty(MailboxReader.Run(mailbox, 10, 1 << 20));
        mailbox.Release(1);
        Assert.Equal([3], Assert.Single(MailboxReader.Run(mailbox, 10, 1 << 20)).Bytes);
    }

    [Fact]
    public void CopyRun_AtTheThreshold_TakesTheMessage()
    {
        Mailbox mailbox = Make();
        byte[] message = TestMessage.Bytes(Threshold, 3);
        mailbox.TryEnqueue(0, message);

        Assert.Equal(message, Assert.Single(MailboxReader.Run(mailbox, 10, Threshold)).Bytes);
    }

    [Fact]
    public void Release_SomeOfThem_TheRestStays()
    {
        Mailbox mailbox = Make();
        for (int i = 0; i < 5; i++)
        {
            mailbox.TryEnqueue(0, [(byte)i]);
        }

        MailboxReader.Run(mailbox, 10, 100);
        mailbox.Release(0);
        Assert.Equal(5, mailbox.Count);
        mailbox.Release(3);

        Assert.Equal((2, 5), (mailbox.Count, mailbox.Accepted));
        Assert.Equal([3, 4], MailboxReader.PeekAll(mailbox).Select(m => m.Bytes[0]));
    }

    [Fact]
    public void Release_All_LeavesItEmpty()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);
        mailbox.TryEnqueue(0, new byte[Threshold + 1]);
        mailbox.TryPeek(0, out _, out _);

        mailbox.Release(2);

        Assert.Equal((0, 0, 2), (mailbox.Count, mailbox.ByteCount, mailbox.Accepted));
        Assert.True(mailbox.IsQuiet);
        Assert.False(mailbox.HasNext);
    }
}
