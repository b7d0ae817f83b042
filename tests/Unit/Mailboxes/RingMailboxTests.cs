using CsCheck;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>The bounded mailbox: its bounds, its positions going round, and a model that is too simple to be wrong.</summary>
public sealed class RingMailboxTests : MailboxContract
{
    private const int RingSlots = TestRing.SizeInSlots;
    private const int RingBytes = TestRing.SizeInBytes;

    private protected override Mailbox Make() => new RingMailbox(new());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1024)]
    [InlineData(70_000)]
    public void TryEnqueue_AsManyAsItHolds_TheNextIsRefused(int messages)
    {
        using TestRing mailbox = new(messages, 1 << 20);
        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.Ring.TryEnqueue(0, [1]));
        }

        Assert.Equal(SendStatus.QueueFull, mailbox.Ring.TryEnqueue(0, []));
        mailbox.Ring.Release(1);
        Assert.Equal(SendStatus.Accepted, mailbox.Ring.TryEnqueue(0, []));
        Assert.Equal(SendStatus.QueueFull, mailbox.Ring.TryEnqueue(0, []));
        Assert.Equal((messages, messages + 1), (mailbox.Ring.Count, mailbox.Ring.Accepted));
    }

    [Theory]
    [InlineData(100, new[] { 100 }, 1, false)]
    [InlineData(100, new[] { 101 }, 0, false)]
    [InlineData(100, new[] { 40, 40 }, 20, true)]
    [InlineData(100, new[] { 40, 40 }, 21, false)]
    // Waiting messages count rounded up to 8.
    [InlineData(100, new[] { 41, 41 }, 4, true)]
    [InlineData(100, new[] { 41, 41 }, 5, false)]
    [InlineData(100_000, new[] { 40_000, 40_000 }, 20_000, true)]
    [InlineData(100_000, new[] { 40_000, 40_000 }, 20_001, false)]
    [InlineData(40_000, new int[0], 40_001, false)]
    public void TryEnqueue_AsManyBytesAsItHolds_TheNextIsRefused(int bytes, int[] before, int length, bool fits)
    {
        using TestRing mailbox = new(100, bytes);
        bool allFit = before.All(b => mailbox.Ring.TryEnqueue(0, new byte[b]) == SendStatus.Accepted);
        if (before.Length == 1)
        {
            Assert.Equal(length == 1, allFit);
            return;
        }

        Assert.True(allFit);
        Assert.Equal(fits ? SendStatus.Accepted : SendStatus.QueueFull, mailbox.Ring.TryEnqueue(0, new byte[length]));
    }

    [Fact]
    public void TryEnqueue_EmptyMailbox_AlwaysTakesItsLargestMessage()
    {
        Gen.Int[1, 200_000]
            .Sample(
                bytes =>
                {
                    using TestRing mailbox = new(2, bytes);
                    return mailbox.Ring.LargestMessage == bytes
                        && mailbox.Ring.TryEnqueue(0, new byte[bytes + 1]) == SendStatus.QueueFull
                        && mailbox.Ring.TryEnqueue(0, new byte[bytes]) == SendStatus.Accepted;
                },
                iter: 200
            );
    }

    /// <summary>Each step is an operation and its argument; the model is a queue of arrays.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(RingSlots - 3, 0)]
    [InlineData(0, RingBytes - 40)]
    [InlineData(RingSlots - 2, RingBytes - 1000)]
    public void Anything_InAnyOrder_IsAsInTheModel(int firstSlot, int firstByte)
    {
        Gen<(int Operation, int Argument)> step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 400]);
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 700], step.Array[1, 120])
            .Sample(
                (messages, bytes, steps) =>
                {
                    using TestRing mailbox = new(messages, Math.Max(bytes, firstByte == 0 ? 1 : 0));
                    mailbox.MoveTo(firstSlot, firstByte);
                    Walk(mailbox.Ring, messages, bytes, steps);
                },
                iter: firstSlot == 0 && firstByte == 0 ? 2000 : 60
            );
    }

    /// <summary>As above, with messages around the size from which on they are out of line.</summary>
    [Fact]
    public void Anything_WithLargeMessages_IsAsInTheModel()
    {
        Gen<(int Operation, int Argument)> step = Gen.Select(
            Gen.Int[0, 9],
            Gen.OneOf(Gen.Int[0, 50], Gen.Int[32_760, 32_776])
        );
        Gen.Select(Gen.Int[1, 5], Gen.Int[32_000, 140_000], step.Array[1, 80])
            .Sample(
                (messages, bytes, steps) =>
                {
                    using TestRing mailbox = new(messages, bytes);
                    Walk(mailbox.Ring, messages, bytes, steps);
                },
                iter: 100
            );
    }

    [Fact]
    public void TryEnqueue_PastTheEndOfTheBytes_WrapsAround()
    {
        using TestRing mailbox = new(10, 1 << 20);
        for (int before = 1; before < 70; before++)
        {
            mailbox.MoveTo(0, RingBytes - 1000 - before);
            byte[] filler = TestMessage.Bytes(1000, before);
            byte[] message = TestMessage.Bytes(30_000 + before, before);
            mailbox.Ring.TryEnqueue(1, filler);
            mailbox.Ring.TryEnqueue(2, message);

            Assert.Equal([filler, message], MailboxReader.PeekAll(mailbox.Ring).Select(m => m.Bytes));
            Assert.Equal([filler, message], MailboxReader.Run(mailbox.Ring, 2, 40_000).Select(m => m.Bytes));
            mailbox.Ring.Release(2);
        }
    }

    [Fact]
    public void TryEnqueue_SeveralTimesAroundTheSlots_KeepsCounting()
    {
        using TestRing mailbox = new(100, 1 << 16);
        for (int i = 0; i < 3 * RingSlots; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.Ring.TryEnqueue((uint)i, BitConverter.GetBytes(i)));
            Assert.True(mailbox.Ring.TryPeek(0, out uint sender, out ReadOnlySpan<byte> message));
            Assert.Equal(((uint)i, i), (sender, BitConverter.ToInt32(message)));
            mailbox.Ring.Release(1);
        }

        Assert.Equal(3 * RingSlots, mailbox.Ring.Accepted);
    }

    [Fact]
    public void Rewind_NotEmpty_ChangesNothing()
    {
        using TestRing mailbox = new(100, 1 << 20);
        mailbox.MoveTo(5000, 1 << 20);
        mailbox.Ring.TryEnqueue(1, [1, 2]);
        long accepted = mailbox.Ring.Accepted;

        mailbox.Ring.Rewind();

        Assert.Equal((1, accepted), (mailbox.Ring.Count, mailbox.Ring.Accepted));
        Assert.Equal([1, 2], Assert.Single(MailboxReader.PeekAll(mailbox.Ring)).Bytes);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5000, 0)]
    [InlineData(3, 3 << 20)]
    [InlineData(RingSlots - 1, RingBytes - 8)]
    public void Rewind_Empty_GoesOnAsBefore(int slot, int position)
    {
        using TestRing mailbox = new(100, 1 << 20);
        mailbox.MoveTo(slot, position);
        long accepted = mailbox.Ring.Accepted;

        mailbox.Ring.Rewind();

        Assert.Equal((0, 0, accepted), (mailbox.Ring.Count, mailbox.Ring.ByteCount, mailbox.Ring.Accepted));
        Assert.True(mailbox.Ring.IsQuiet);
        Assert.False(mailbox.Ring.HasNext);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, mailbox.Ring.TryEnqueue((uint)i, TestMessage.Bytes(i, i)));
        }

        Assert.Equal(SendStatus.QueueFull, mailbox.Ring.TryEnqueue(0, []));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => TestMessage.Bytes(i, i)),
            MailboxReader.Run(mailbox.Ring, 200, 10_000).Select(m => m.Bytes)
        );
    }

    [Fact]
    public void Rewind_Closed_StaysClosed()
    {
        using TestRing mailbox = new(100, 1 << 20);
        mailbox.MoveTo(5000, 0);
        mailbox.Ring.Close();

        mailbox.Ring.Rewind();

        Assert.True(mailbox.Ring.IsClosed);
        Assert.Equal(SendStatus.Closed, mailbox.Ring.TryEnqueue(0, [1]));
    }

    /// <summary>
    /// Positions repeat after 2^30 messages, which rewinding reaches soon, because each one skips the rest of the ring: what was
    /// published under the same number long ago must not be seen again.
    /// </summary>
    [Fact]
    public void Rewind_UntilPositionsRepeat_ShowsNoOldMessage()
    {
        const int Laps = (1 << 30) / RingSlots;
        using TestRing mailbox = new(5000, 1 << 20);
        for (int i = 0; i < 3000; i++)
        {
            mailbox.Ring.TryEnqueue(1, [0xBA, 0xD0]);
        }

        mailbox.Ring.Release(3000);
        byte[] large = new byte[70_000];
        for (int lap = 0; lap < Laps; lap++)
        {
            mailbox.Ring.Rewind();
            mailbox.Ring.TryEnqueue(2, large);
            Assert.True(mailbox.Ring.TryPeek(0, out _, out _));
            Assert.False(mailbox.Ring.TryPeek(1, out _, out _), $"There is a message too many in lap {lap}.");
            mailbox.Ring.Release(1);
        }

        Assert.Equal(3000 + Laps, mailbox.Ring.Accepted);
    }

    [Fact]
    public void TryEnqueue_InParallel_IsAsInSomeOrder()
    {
        Gen.Const(0)
            .Select(_ => new RingMailbox(new() { Messages = 5, Bytes = 100 }))
            .SampleParallel(
                Gen.Int[0, 60]
                    .Operation<RingMailbox>(
                        size => $"TryEnqueue({size})",
                        (mailbox, size) => mailbox.TryEnqueue((uint)size, new byte[size])
                    ),
                Gen.Const(0).Operation<RingMailbox>(_ => "Close", (mailbox, _) => mailbox.Close()),
                equal: (a, b) => State(a) == State(b),
                iter: 100
            );

        static string State(RingMailbox mailbox) =>
            $"{mailbox.Count} {mailbox.ByteCount} {mailbox.IsClosed} {string.Join(',', MailboxReader.PeekAll(mailbox).Select(m => m.Sender))}";
    }

    private static void Walk(RingMailbox ring, int messages, int bytes, (int Operation, int Argument)[] steps)
    {
        Queue<byte[]> model = new();
        long accepted = ring.Accepted;
        bool closed = false;
        int number = 0;
        foreach ((int operation, int argument) in steps)
        {
            switch (operation)
            {
                case 0 or 1 or 2 or 3 or 4:
                    byte[] message = TestMessage.Bytes(argument, number++);
                    int waiting = model.Sum(m => (m.Length + 7) / 8 * 8);
                    bool fits = model.Count < messages && waiting + argument <= bytes;
                    SendStatus expected =
                        closed ? SendStatus.Closed
                        : fits ? SendStatus.Accepted
                        : SendStatus.QueueFull;
                    Assert.Equal(expected, ring.TryEnqueue((uint)argument, message));
                    if (expected == SendStatus.Accepted)
                    {
                        model.Enqueue(message);
                        accepted++;
                    }

                    break;
                case 5:
                    int count = Math.Min(model.Count, argument % 4);
                    ring.Release(count);
                    for (int i = 0; i < count; i++)
                    {
                        model.Dequeue();
                    }

                    break;
                case 6:
                    byte[][] run = [.. MailboxReader.Run(ring, argument % 6, 2 * argument).Select(m => m.Bytes)];
                    byte[][] couldCome = [.. CouldCome(model, argument % 6, 2 * argument)];
                    Assert.Equal(couldCome, run);
                    break;
                case 7:
                    Assert.Equal(model, MailboxReader.PeekAll(ring).Select(m => m.Bytes));
                    break;
                case 8:
                    ring.Rewind();
                    break;
                default:
                    if (argument > 390)
                    {
                        ring.Close();
                        closed = true;
                    }

                    break;
            }

            Assert.Equal(model.Count, ring.Count);
            Assert.Equal(model.Sum(m => (m.Length + 7) / 8 * 8), ring.ByteCount);
            Assert.Equal(accepted, ring.Accepted);
            Assert.Equal(model.Count != 0, ring.HasNext);
            Assert.Equal(closed, ring.IsClosed);
        }

        Assert.Equal(model, MailboxReader.TakeAll(ring).Select(m => m.Bytes));
    }

    private static IEnumerable<byte[]> CouldCome(IEnumerable<byte[]> model, int slots, int bytes)
    {
        int used = 0;
        foreach (byte[] message in model.Take(slots))
        {
            used += (message.Length + 7) / 8 * 8;
            if (message.Length > Mailbox.LargestInBatch || used > bytes)
            {
                yield break;
            }

            yield return message;
        }
    }
}
