using FireAndForget.Buffers;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>The first slots and bytes of a mailbox, which lie in a small block of their own, and what comes when they do not suffice.</summary>
public sealed class RingMailboxHomeTests
{
    private readonly List<uint> _rented = [];
    private bool _hasRings = true;
    private RingMemory _home;

    [Fact]
    public void Rewind_FewMessagesAtATime_TheRingsAreNeverRented()
    {
        RingMailbox mailbox = new(new(), Rent);
        byte[] message = new byte[16];
        for (int i = 0; i < 10_000; i++)
        {
            message[0] = (byte)i;
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(7, message));
            Assert.True(mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> taken));
            Assert.Equal((7u, (byte)i), (sender, taken[0]));
            mailbox.Release(1);
            Assert.False(mailbox.HasNext);
            mailbox.Rewind();
        }

        Assert.Equal([RingMailbox.HomeSlots], _rented);
        End(mailbox);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(600)]
    [InlineData(5_000)]
    public void TryEnqueue_AcrossTheEndOfTheHome_ComesOutWhole(int length)
    {
        for (int before = 0; before <= RingMailbox.HomeBytes; before += 8)
        {
            RingMailbox mailbox = new(new(), Rent);
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, new byte[before]));
            mailbox.Release(1);
            byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)(i + before))];

            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(2, message));

            Assert.True(mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> peeked));
            Assert.Equal(2u, sender);
            Assert.Equal(message, peeked.ToArray());
            Assert.True(mailbox.TryPeek(0, out _, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> rest));
            Assert.Equal(message, (byte[])[.. first, .. rest]);
            Assert.Equal(before + length > RingMailbox.HomeBytes && before < RingMailbox.HomeBytes, !rest.IsEmpty);
            MessageSlot[] slots = new MessageSlot[1];
            byte[] bytes = new byte[length + 8];
            Assert.Equal(1, mailbox.CopyRun(slots, bytes, out _));
            Assert.Equal(message, bytes[..length]);
            mailbox.Release(1);
            End(mailbox);
        }
    }

    /// <summary>Behind the end of the ring there is the home, and behind that the ring again.</summary>
    [Fact]
    public void TryPeek_AcrossTheEndOfTheRingAndTheHome_ComesOutWhole()
    {
        const int Step = 60_000;
        RingMailbox mailbox = new(new() { Bytes = 1 << 20 }, Rent);
        byte[] message = new byte[Step];
        for (int i = 0; i < 100; i++)
        {
            Array.Fill(message, (byte)i);
            message[^1] = 99;

            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, message));

            Assert.True(mailbox.TryPeek(0, out _, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> rest));
            Assert.Equal(message, (byte[])[.. first, .. rest]);
            mailbox.Release(1);
        }

        End(mailbox);
    }

    [Fact]
    public void TryEnqueue_MoreThanTheHomeHolds_KeepsAllInTheirOrder()
    {
        const int Messages = 200;
        RingMailbox mailbox = new(new(), Rent);
        for (int i = 0; i < Messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue((uint)i, [(byte)i, (byte)(i >> 8)]));
        }

        Assert.Equal((Messages, 8L * Messages), (mailbox.Count, mailbox.ByteCount));
        for (int i = 0; i < Messages; i++)
        {
            Assert.True(mailbox.TryPeek(0, out uint sender, out ReadOnlySpan<byte> message));
            Assert.Equal(((uint)i, (byte)i), (sender, message[0]));
            mailbox.Release(1);
        }

        Assert.Equal(2, _rented.Count);
        End(mailbox);
    }

    [Fact]
    public void TryEnqueue_NoMemoryForTheRings_IsQueueFullBehindTheHomeUntilThereIsSome()
    {
        _hasRings = false;
        RingMailbox mailbox = new(new(), Rent);
        for (int i = 0; i < RingMailbox.HomeSlots; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue((uint)i, []));
        }

        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(99, []));
        Assert.Equal((int)RingMailbox.HomeSlots, mailbox.Count);
        mailbox.Release((int)RingMailbox.HomeSlots);
        Assert.False(mailbox.HasNext);
        Assert.False(mailbox.TryLook(out _, out _));
        Assert.Equal(0, mailbox.CopyRun(new MessageSlot[1], new byte[8], out _));

        _hasRings = true;
        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(99, []));
        Assert.True(mailbox.TryLook(out uint sender, out _));
        Assert.Equal(99u, sender);
        mailbox.Release(1);
        End(mailbox);
    }

    [Fact]
    public void TryEnqueue_NoMemoryForTheRings_ThereIsRoomAgainBehindARewind()
    {
        _hasRings = false;
        RingMailbox mailbox = new(new(), Rent);
        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, new byte[RingMailbox.HomeBytes]));
        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, [1]));
        mailbox.Release(1);

        mailbox.Rewind();

        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, [1]));
        mailbox.Release(1);
        End(mailbox);
    }

    /// <summary>What one mailbox has published in a block is not taken for a message of the next that gets it.</summary>
    [Fact]
    public void Dispose_UsedHome_ComesBackEmpty()
    {
        for (int i = 0; i < 3; i++)
        {
            RingMailbox mailbox = new(new(), Rent);
            Assert.False(mailbox.HasNext);
            for (int message = 0; message < 100; message++)
            {
                Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, [1]));
                Assert.Equal(message + 1, mailbox.CopyRun(new MessageSlot[512], new byte[4096], out _));
            }

            mailbox.Release(100);
            Assert.False(mailbox.HasNext);
            End(mailbox);
        }
    }

    /// <summary>A mailbox that was full once is on its first page again when it has been empty.</summary>
    [Theory]
    [InlineData(300, 0)]
    [InlineData(30, 168)]
    public unsafe void Rewind_WithRings_TheNextMessagesLieInTheHomeAgain(int messages, int length)
    {
        RingMailbox mailbox = new(new(), Rent);
        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(7, new byte[length]));
        }

        mailbox.Release(messages);
        Assert.Equal(2, _rented.Count);

        mailbox.Rewind();

        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(99, [1, 2, 3]));
        Assert.Equal((99u, 1), (_home.SlotsStart->Sender, _home.BytesStart[0]));
        mailbox.Release(1);
        End(mailbox);
    }

    private static void End(RingMailbox mailbox)
    {
        mailbox.Close();
        mailbox.Dispose();
    }

    private bool Rent(uint slots, uint bytes, out RingMemory memory)
    {
        memory = default;
        if (slots != RingMailbox.HomeSlots && !_hasRings)
        {
            return false;
        }

        _rented.Add(slots);
        bool isRented = RingMemory.TryRent(slots, bytes, out memory);
        _home = slots == RingMailbox.HomeSlots ? memory : _home;
        return isRented;
    }
}
