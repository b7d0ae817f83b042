using System.Numerics;
using System.Runtime.CompilerServices;
using FireAndForget.Buffers;
using FireAndForget.Messages;

namespace FireAndForget.Mailboxes;

/// <summary>
/// The bounded mailbox: a ring of slots and a ring of bytes, claimed together by one compare-and-swap. The reader writes
/// nothing but its head, once a batch, so that the slots' and bytes' cache lines stay with the senders.
/// </summary>
/// <remarks>
/// Positions count up and wrap: 30 bits of messages, 32 bits of bytes. A message's bytes start where those of the one before
/// ended, rounded up to 8, and may wrap around the ring's end. So the two tails in one word check both bounds exactly.
/// The first slots and bytes of the rings are called the home. They lie in a small block of their own, and many such blocks share a page.
/// The rest of the rings takes pages for this mailbox alone, and is rented when positions leave the home, which they never do in a mailbox
/// where few messages wait.
/// </remarks>
internal sealed unsafe partial class RingMailbox : Mailbox
{
    /// <summary>The number of messages from which on the reader prefetches their cache lines together.</summary>
    private const int WorthFetching = 4;

    /// <summary>
    /// A flag in a slot's length: the message's bytes are shared, and the room that was claimed for them holds only their address.
    /// No length is as large as the flag, and no copied run contains such a message, because it looks too long.
    /// </summary>
    private const uint SharedFlag = 1u << 31;

    private const long ClosedFlag = 1L << 63;
    private const long RewindingFlag = 1L << 62;
    private const long MessageUnit = 1L << 32;
    private const uint MessageMask = (1u << 30) - 1;

    /// <summary>How many of the rings' first slots and bytes lie in the home.</summary>
    public const uint HomeSlots = 32;
    public const uint HomeBytes = 512;

    /// <summary>
    /// How far the positions must be from the rings' starts for an empty mailbox to move them back there. A mailbox that was full
    /// once is then back on a quarter of a page. Without that, thousands of mailboxes would each go on through pages of their own,
    /// none of which would be in a cache.
    /// </summary>
    private const uint RewindSlots = HomeSlots * 3 / 4;
    private const uint RewindBytes = HomeBytes * 3 / 4;

    /// <summary>
    /// How many slots more than their bound the rings have at least. A sender may sleep between its look at the tails and its claim
    /// for so long that the positions come round to the same values; it then claims where there is no room any more, and the spare
    /// slots take its message.
    /// </summary>
    private const uint SpareSlots = 1024;
    private const uint SpareBytes = 1 << 20;

    private readonly uint _maxMessages;
    private readonly uint _maxBytes;
    private readonly uint _slotMask;
    private readonly uint _byteMask;
    private readonly RentRing _rent;
    private readonly Lock _allocating = new();
    private RingMemory _homeMemory;
    private RingMemory _memory;
    private byte* _homeBytes;
    private byte* _bytes;
    private volatile MessageSlot* _home;

    /// <summary>Null until the positions leave the home.</summary>
    private volatile MessageSlot* _slots;
    private byte[] _wrapped = [];

    /// <summary>Whether a message was ever shared. Until then a release need not look at its slots.</summary>
    private bool _hasShared;

    /// <summary>
    /// Shared bytes that were released and are kept, because a handler may still read them; null: nothing has to be kept.
    /// </summary>
    private List<SharedBytes>? _kept;
    private RingCursors _cursors;

    /// <summary>A mailbox, which has no memory before its first message.</summary>
    /// <param name="options">Its bounds.</param>
    /// <param name="rent">Where it gets its memory; null: from <see cref="RingMemory"/>.</param>
    public RingMailbox(MailboxOptions options, RentRing? rent = null)
    {
        _rent = rent ?? RingMemory.TryRent;
        _maxMessages = (uint)options.Messages;
        _maxBytes = (uint)options.Bytes;
        _slotMask = BitOperations.RoundUpToPowerOf2(Math.Max(_maxMessages + SpareSlots, RingMemory.Slots)) - 1;
        _byteMask = BitOperations.RoundUpToPowerOf2(Math.Max(_maxBytes + SpareBytes, RingMemory.Bytes)) - 1;
    }

    ~RingMailbox() => FreeMemory();

    public override long Accepted
    {
        get
        {
            while (true)
            {
                int version = Volatile.Read(ref _cursors.Version);
                long released = Volatile.Read(ref _cursors.Released);
                long head = Volatile.Read(ref _cursors.Head);
                long tails = Volatile.Read(ref _cursors.Tails);
                // The version is even and the same before and after, so the reader wrote nothing meanwhile and all three values
                // belong together.
                if ((version & 1) == 0 && Volatile.Read(ref _cursors.Version) == version)
                {
                    return released + Waiting(tails, head);
                }
            }
        }
    }

    public override int Count
    {
        get
        {
            Look(out long tails, out long head);
            return (int)Waiting(tails, head);
        }
    }

    public override long ByteCount
    {
        get
        {
            Look(out long tails, out long head);
            return (uint)tails - (uint)head;
        }
    }

    public override int LargestMessage => (int)_maxBytes;

    public override bool IsClosed => Volatile.Read(ref _cursors.Tails) < 0;

    public override bool IsQuiet => Volatile.Read(ref _cursors.Tails) == Volatile.Read(ref _cursors.Head);

    public override bool HasNext
    {
        get { return IsPublished(Messages(_cursors.Head)); }
    }

    public override bool TryCloseEmpty()
    {
        long head = _cursors.Head;
        bool isClosed =
            IsClosed && Count == 0 || Interlocked.CompareExchange(ref _cursors.Tails, head | ClosedFlag, head) == head;
        if (isClosed)
        {
            AnnounceRoom();
        }

        return isClosed;
    }

    public override void Close()
    {
        Interlocked.Or(ref _cursors.Tails, ClosedFlag);
        AnnounceRoom();
    }

    public override int MarkSenders(Span<bool> senders, List<uint>? contexts = null)
    {
        // The lock keeps the memory from being given back. Messages that stay unreleased do not move; of a slot that is released or
        // filled meanwhile any sender may be read, which only marks more senders than needed.
        lock (_allocating)
        {
            if (_home == null)
            {
                return 0;
            }

            Look(out long tails, out long head);
            uint count = Waiting(tails, head);
            for (uint i = 0; i < count; i++)
            {
                MessageSlot* slot = SlotAt(Messages(head) + i);
                if (slot != null)
                {
                    Mark(Volatile.Read(ref slot->Sender), senders, contexts);
                }
            }

            return (int)count;
        }
    }

    public override void Dispose()
    {
        if (!IsClosed || Count != 0)
        {
            throw new InvalidOperationException("A mailbox gives its memory back when it is closed and empty.");
        }

        FreeMemory();
        GC.SuppressFinalize(this);
    }

    private static uint Messages(long word) => (uint)(word >> 32) & MessageMask;

    private static uint Waiting(long tails, long head) => (Messages(tails) - Messages(head)) & MessageMask;

    private static uint Rounded(uint length) => (length + 7) & ~7u;

    private static uint Sequence(uint position) => position + 1;

    private bool IsPublished(uint position)
    {
        MessageSlot* slot = SlotAt(position);
        return slot != null && Volatile.Read(ref slot->Sequence) == Sequence(position);
    }

    /// <summary>The slot at a position; null where its memory is not there yet, and so nothing is published in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MessageSlot* SlotAt(uint position)
    {
        uint index = position & _slotMask;
        MessageSlot* slots = index < HomeSlots ? _home : _slots;
        return slots == null ? null : slots + index;
    }

    /// <summary>
    /// Reads tails and head that belong together: the head is the reader's last write, and was the same before and after the tails
    /// were read.
    /// </summary>
    private void Look(out long tails, out long head)
    {
        long seen;
        do
        {
            seen = Volatile.Read(ref _cursors.Head);
            tails = Volatile.Read(ref _cursors.Tails);
        } while (Volatile.Read(ref _cursors.Head) != seen);

        head = HeadFor(tails, seen);
    }

    /// <summary>
    /// The head that belongs to these tails: while the reader moves an empty mailbox to the rings' starts it has moved the tails
    /// and not yet the head, which then is where the tails were moved to.
    /// </summary>
    private long HeadFor(long tails, long head) =>
        (tails & RewindingFlag) == 0
            ? head
            : tails & ~(((long)_slotMask << 32) | _byteMask | RewindingFlag | ClosedFlag);

    /// <summary>The bytes from a position on, as far as they lie in one piece: up to the end of the home, or of the ring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> BytesFrom(uint start)
    {
        uint offset = start & _byteMask;
        return offset < HomeBytes
            ? new(_homeBytes + offset, (int)(HomeBytes - offset))
            : new(_bytes + offset, (int)(_byteMask + 1 - offset));
    }
}
