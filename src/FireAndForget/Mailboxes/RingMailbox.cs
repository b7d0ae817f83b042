using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FireAndForget.Mailboxes;

/// <summary>
/// The bounded mailbox: a ring of slots and a ring of bytes, claimed together by one compare-and-swap. The reader writes
/// nothing but its head, once a batch, so that the slots' and bytes' cache lines stay with the senders.
/// </summary>
/// <remarks>
/// Positions count up and wrap: 30 bits of messages, 32 bits of bytes. A message's bytes start where those of the one before
/// ended, rounded up to 8, and may wrap around the ring's end; one that is out of line moves the position on without using the
/// space. So the two tails in one word check both bounds exactly.
/// </remarks>
internal sealed unsafe class RingMailbox : Mailbox
{
    /// <summary>
    /// The rings' least sizes: together more than a core's L2 cache holds, so that a sender rarely writes to a line that the
    /// reader's cache still has. The memory is reserved with the first message and touched as the positions move on.
    /// </summary>
    private const int LeastSlots = 64 * 1024;
    private const int LeastBytes = 4 * 1024 * 1024;

    private const nuint CacheLine = 64;

    private const long ClosedFlag = 1L << 63;
    private const long RewindingFlag = 1L << 62;
    private const long MessageUnit = 1L << 32;
    private const uint MessageMask = (1u << 30) - 1;

    /// <summary>How far the positions are from the rings' starts when it is worth moving them there.</summary>
    private const uint RewindSlots = 2048;
    private const uint RewindBytes = 64 * 1024;

    /// <summary>
    /// How much larger than their bounds the rings are at least. A sender that slept between its look at the tails and its claim,
    /// for so long that the positions came round to the same again, may claim where there is no room any more: it then finds this.
    /// </summary>
    private const uint SpareSlots = 1024;
    private const uint SpareBytes = 64 * 1024;

    private readonly uint _maxMessages;
    private readonly uint _maxBytes;
    private readonly uint _slotMask;
    private readonly uint _byteMask;
    private readonly Lock _allocating = new();
    private void* _slotBlock;
    private byte* _bytes;
    private volatile MessageSlot* _slots;
    private byte[]?[]? _outOfLine;
    private byte[]? _wrapped;
    private uint _lapOfRewind;
    private Cursors _cursors;

    public RingMailbox(MailboxOptions options)
    {
        _maxMessages = (uint)options.Messages;
        _maxBytes = (uint)options.Bytes;
        _slotMask = BitOperations.RoundUpToPowerOf2(Math.Max(_maxMessages + SpareSlots, LeastSlots)) - 1;
        _byteMask = BitOperations.RoundUpToPowerOf2(Math.Max(_maxBytes + SpareBytes, LeastBytes)) - 1;
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
                // Even and the same before and after: the reader wrote nothing meanwhile, so all three belong together.
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
        get
        {
            uint position = Messages(_cursors.Head);
            return _slots != null && IsPublished(position);
        }
    }

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message)
    {
        if (message.Length > OutOfLineThreshold)
        {
            return TryEnqueueOutOfLine(sender, message);
        }

        SendStatus status = Claim((uint)message.Length, out long claimed);
        if (status == SendStatus.Accepted)
        {
            CopyIn((uint)claimed, message);
            Publish(claimed, (uint)message.Length, (uint)message.Length, sender);
        }

        return status;
    }

    public override void Close()
    {
        Interlocked.Or(ref _cursors.Tails, ClosedFlag);
        AnnounceRoom();
    }

    public override int CopyRun(Span<MessageSlot> slots, Span<byte> bytes, out uint start)
    {
        long head = _cursors.Head;
        uint position = Messages(head);
        start = (uint)head;
        uint end = start;
        int count = 0;
        if (_slots == null)
        {
            return 0;
        }

        while (count < slots.Length)
        {
            MessageSlot* slot = _slots + (position & _slotMask);
            // Acquire: pairs with the exchange in Publish; what it guards is read only after it.
            if (
                Volatile.Read(ref slot->Sequence) != Sequence(position)
                || (slot->Length & MessageSlot.OutOfLine) != 0
                || slot->End - start > (uint)bytes.Length
            )
            {
                break;
            }

            slots[count++] = *slot;
            end = slot->End;
            position = (position + 1) & MessageMask;
        }

        CopyOut(start, bytes[..(int)(end - start)]);
        return count;
    }

    public override bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> message)
    {
        uint position = (Messages(_cursors.Head) + (uint)index) & MessageMask;
        if (_slots == null || !IsPublished(position))
        {
            sender = 0;
            message = default;
            return false;
        }

        MessageSlot* slot = _slots + (position & _slotMask);
        sender = slot->Sender;
        int length = (int)(slot->Length & ~MessageSlot.OutOfLine);
        message =
            (slot->Length & MessageSlot.OutOfLine) != 0
                ? _outOfLine![position & (_outOfLine.Length - 1)].AsSpan(0, length)
                : Contiguous(slot->End - Rounded((uint)length), length);
        return true;
    }

    public override void Release(int count)
    {
        if (count == 0)
        {
            return;
        }

        long head = _cursors.Head;
        uint position = (Messages(head) + (uint)count - 1) & MessageMask;
        if (_outOfLine != null)
        {
            ReturnBuffers(Messages(head), count);
        }

        uint end = _slots[position & _slotMask].End;
        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
        Volatile.Write(ref _cursors.Released, _cursors.Released + count);
        Volatile.Write(ref _cursors.Head, (long)((position + 1) & MessageMask) * MessageUnit | end);
        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
        AnnounceRoom();
    }

    public override void Rewind()
    {
        long head = _cursors.Head;
        uint used = Messages(head) & _slotMask;
        bool isNear = used < RewindSlots && ((uint)head & _byteMask) < RewindBytes;
        // Near the ring's end senders may wrap around into what is to be cleared.
        bool isAtTheEnd = used + _maxMessages > _slotMask;
        if (isNear || isAtTheEnd || Volatile.Read(ref _cursors.Tails) != head)
        {
            return;
        }

        // Positions repeat sooner where rings are not gone through whole, and what an old one published must not be taken for a
        // new one: so here, and only here, the reader clears what was used.
        uint lap = Messages(head) & ~_slotMask;
        new Span<MessageSlot>(_slots, (int)used).Clear();
        if (lap != _lapOfRewind)
        {
            ClearOlderThan(lap, used);
            _lapOfRewind = lap;
        }

        uint nextLap = (Messages(head) + _slotMask) & ~_slotMask & MessageMask;
        long next = ((long)nextLap << 32) | (((uint)head + _byteMask) & ~_byteMask);
        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
        if (Interlocked.CompareExchange(ref _cursors.Tails, next | RewindingFlag, head) == head)
        {
            _lapOfRewind = nextLap;
            Volatile.Write(ref _cursors.Head, next);
            Interlocked.And(ref _cursors.Tails, ~RewindingFlag);
        }

        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
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

    private bool IsPublished(uint position) =>
        Volatile.Read(ref _slots[position & _slotMask].Sequence) == Sequence(position);

    /// <summary>Claims a slot and the room for the bytes; <paramref name="claimed"/> is the tails' word before the claim.</summary>
    private SendStatus Claim(uint length, out long claimed)
    {
        while (true)
        {
            // In this order: the tails are then never older than the head, and the room never looks larger than it is.
            long head = Volatile.Read(ref _cursors.CachedHead);
            long tails = Volatile.Read(ref _cursors.Tails);
            if (tails < 0)
            {
                claimed = 0;
                return SendStatus.Closed;
            }

            if (!HasRoom(tails, head, length) && !HasRoom(tails, FreshHead(tails, head), length))
            {
                if (Volatile.Read(ref _cursors.Tails) != tails)
                {
                    continue;
                }

                claimed = 0;
                return SendStatus.QueueFull;
            }

            if (_slots == null)
            {
                Allocate();
            }

            long next =
                (tails & RewindingFlag)
                | ((tails + MessageUnit) & ((long)MessageMask << 32))
                | ((uint)tails + Rounded(length));
            if (Interlocked.CompareExchange(ref _cursors.Tails, next, tails) == tails)
            {
                claimed = tails;
                return SendStatus.Accepted;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasRoom(long tails, long head, uint length) =>
        Waiting(tails, head) < _maxMessages && (ulong)((uint)tails - (uint)head) + length <= _maxBytes;

    /// <summary>Positions that belong together: the head is the reader's last write, and was the same before and after.</summary>
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

    private bool IsFull(uint length)
    {
        while (true)
        {
            long tails = Volatile.Read(ref _cursors.Tails);
            if (tails < 0 || HasRoom(tails, HeadFor(tails, Volatile.Read(ref _cursors.Head)), length))
            {
                return false;
            }

            // Where the tails have moved on meanwhile, the head may be ahead of them.
            if (Volatile.Read(ref _cursors.Tails) == tails)
            {
                return true;
            }
        }
    }

    /// <summary>The reader's own head, where the cached one left no room.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long FreshHead(long tails, long cached)
    {
        long head = Volatile.Read(ref _cursors.Head);
        // By compare-and-swap: a sender that slept since it read the cache must not turn it back.
        Interlocked.CompareExchange(ref _cursors.CachedHead, head, cached);
        return HeadFor(tails, head);
    }

    /// <summary>
    /// The head that belongs to these tails: while the reader moves an empty mailbox to the rings' starts it has moved the tails
    /// and not yet the head, which then is where the tails were moved to.
    /// </summary>
    private long HeadFor(long tails, long head) =>
        (tails & RewindingFlag) == 0
            ? head
            : tails & ~(((long)_slotMask << 32) | _byteMask | RewindingFlag | ClosedFlag);

    /// <summary>Fills the slot and lets the reader see it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Publish(long claimed, uint length, uint lengthAndFlag, uint sender)
    {
        uint position = Messages(claimed);
        MessageSlot* slot = _slots + (position & _slotMask);
        slot->Sender = sender;
        slot->End = (uint)claimed + Rounded(length);
        // Release, for the reader's acquire of the sequence; and a full fence, for the sender's look at the receiver's state.
        Interlocked.Exchange(ref Unsafe.AsRef<ulong>(slot), Sequence(position) | ((ulong)lengthAndFlag << 32));
    }

    private SendStatus TryEnqueueOutOfLine(uint sender, ReadOnlySpan<byte> message)
    {
        uint length = (uint)message.Length;
        if (IsFull(length))
        {
            return SendStatus.QueueFull;
        }

        // Everything that can fail comes before the claim: a claimed slot has to be published.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(buffer);
        byte[]?[] buffers = _outOfLine ?? AllocateOutOfLine();
        SendStatus status = Claim(length, out long claimed);
        if (status == SendStatus.Accepted)
        {
            buffers[Messages(claimed) & (buffers.Length - 1)] = buffer;
            Publish(claimed, length, length | MessageSlot.OutOfLine, sender);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return status;
    }

    private void CopyIn(uint start, ReadOnlySpan<byte> message)
    {
        uint offset = start & _byteMask;
        uint tillEnd = _byteMask + 1 - offset;
        if (message.Length <= tillEnd)
        {
            message.CopyTo(new Span<byte>(_bytes + offset, message.Length));
        }
        else
        {
            message[..(int)tillEnd].CopyTo(new Span<byte>(_bytes + offset, (int)tillEnd));
            message[(int)tillEnd..].CopyTo(new Span<byte>(_bytes, message.Length - (int)tillEnd));
        }
    }

    private void CopyOut(uint start, Span<byte> destination)
    {
        uint offset = start & _byteMask;
        int first = (int)Math.Min((uint)destination.Length, _byteMask + 1 - offset);
        new ReadOnlySpan<byte>(_bytes + offset, first).CopyTo(destination);
        if (first < destination.Length)
        {
            new ReadOnlySpan<byte>(_bytes, destination.Length - first).CopyTo(destination[first..]);
        }
    }

    private ReadOnlySpan<byte> Contiguous(uint start, int length)
    {
        uint offset = start & _byteMask;
        if (offset + (uint)length <= _byteMask + 1)
        {
            return new ReadOnlySpan<byte>(_bytes + offset, length);
        }

        _wrapped ??= new byte[OutOfLineThreshold];
        CopyOut(start, _wrapped.AsSpan(0, length));
        return _wrapped.AsSpan(0, length);
    }

    /// <summary>
    /// Clears what an earlier lap left in the slots from <paramref name="first"/> on. By compare-and-swap, because a sender may be
    /// publishing in them.
    /// </summary>
    private void ClearOlderThan(uint lap, uint first)
    {
        for (uint i = first; i <= _slotMask; i++)
        {
            ref ulong published = ref Unsafe.AsRef<ulong>(_slots + i);
            ulong seen = Volatile.Read(ref published);
            if ((uint)seen != 0 && (uint)seen != Sequence(lap + i))
            {
                Interlocked.CompareExchange(ref published, 0, seen);
            }
        }
    }

    private void ReturnBuffers(uint position, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ref byte[]? buffer = ref _outOfLine![(position + (uint)i) & (_outOfLine.Length - 1)];
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Allocate()
    {
        lock (_allocating)
        {
            if (_slots != null || IsClosed)
            {
                return;
            }

            // Fresh from the system, both, and touched page by page. Only the slots must be zero: their sequences start there.
            _bytes = (byte*)NativeMemory.AlignedAlloc(_byteMask + 1, CacheLine);
            _slotBlock = NativeMemory.AllocZeroed(((nuint)_slotMask + 1) * MessageSlot.Size + CacheLine);
            _slots = (MessageSlot*)(((nuint)_slotBlock + CacheLine - 1) & ~(CacheLine - 1));
        }
    }

    private byte[]?[] AllocateOutOfLine()
    {
        byte[]?[] buffers = new byte[]?[BitOperations.RoundUpToPowerOf2(_maxMessages)];
        return Interlocked.CompareExchange(ref _outOfLine, buffers, null) ?? buffers;
    }

    private void FreeMemory()
    {
        lock (_allocating)
        {
            _slots = null;
            NativeMemory.AlignedFree(_bytes);
            NativeMemory.Free(_slotBlock);
            _bytes = null;
            _slotBlock = null;
        }
    }

    /// <summary>The positions, each group on cache lines of its own: what senders write, and what the reader writes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Cursors
    {
        /// <summary>Messages and bytes claimed, and the flag that the mailbox is closed. Senders write it.</summary>
        [FieldOffset(128)]
        public long Tails;

        /// <summary>A head that was true once. Senders write it, when it makes the mailbox look full.</summary>
        [FieldOffset(136)]
        public long CachedHead;

        /// <summary>Messages and bytes given free. The reader writes it, once a batch.</summary>
        [FieldOffset(256)]
        public long Head;

        /// <summary>How many messages were given free, ever. The reader writes it.</summary>
        [FieldOffset(264)]
        public long Released;

        /// <summary>Odd while the reader writes the others of its positions.</summary>
        [FieldOffset(272)]
        public int Version;
    }
}
