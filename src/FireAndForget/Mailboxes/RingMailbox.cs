using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
internal sealed unsafe class RingMailbox : Mailbox
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
    private uint _lapOfRewind;
    private Cursors _cursors;

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

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message)
    {
        SendStatus status = Claim((uint)message.Length, out long claimed);
        if (status == SendStatus.Accepted)
        {
            CopyIn((uint)claimed, message);
            Publish(claimed, (uint)message.Length, sender);
        }

        return status;
    }

    public override SendStatus TryEnqueue(uint sender, SharedBytes message)
    {
        uint length = (uint)message.Span.Length;
        SendStatus status = Claim(length, out long claimed);
        if (status == SendStatus.Accepted)
        {
            message.Retain();
            // The reader sees this with the message at the latest.
            Volatile.Write(ref _hasShared, true);
            AddressAt((uint)claimed) = message.Address;
            Publish(claimed, length, sender, SharedFlag);
        }

        return status;
    }

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message, out long number)
    {
        SendStatus status = Claim((uint)message.Length, out long claimed);
        if (status != SendStatus.Accepted)
        {
            number = 0;
            return status;
        }

        // The reader cannot pass a message that is not published, so the head stays behind it meanwhile.
        number = NumberAt(Messages(claimed));
        CopyIn((uint)claimed, message);
        Publish(claimed, (uint)message.Length, sender);
        return SendStatus.Accepted;
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

    public override int CopyRun(Span<MessageSlot> slots, Span<byte> bytes, out uint start)
    {
        long head = _cursors.Head;
        uint position = Messages(head);
        start = (uint)head;
        uint end = start;
        int count = 0;
        MessageSlot* home = _home;
        MessageSlot* rings = _slots;
        while (count < slots.Length)
        {
            uint index = position & _slotMask;
            MessageSlot* slot = index < HomeSlots ? home : rings;
            // Acquire: this read pairs with the exchange in Publish, and everything that the sequence guards is read after it.
            if (
                slot == null
                || Volatile.Read(ref (slot += index)->Sequence) != Sequence(position)
                || slot->Length > LargestInBatch
                || slot->End - start > (uint)bytes.Length
            )
            {
                break;
            }

            slots[count++] = *slot;
            end = slot->End;
            position = (position + 1) & MessageMask;
            if (count == WorthFetching)
            {
                FetchSlots(position, slots.Length);
            }
        }

        CopyOut(start, bytes[..(int)(end - start)]);
        return count;
    }

    public override bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> message)
    {
        bool found = TryPeek(index, out sender, out message, out ReadOnlySpan<byte> rest);
        if (!rest.IsEmpty)
        {
            message = Together(message, rest);
        }

        return found;
    }

    public override bool TryPeek(
        int index,
        out uint sender,
        out ReadOnlySpan<byte> message,
        out ReadOnlySpan<byte> rest
    )
    {
        rest = default;
        uint position = (Messages(_cursors.Head) + (uint)index) & MessageMask;
        if (!IsPublished(position))
        {
            sender = 0;
            message = default;
            return false;
        }

        MessageSlot* slot = SlotAt(position);
        sender = slot->Sender;
        int length = (int)slot->Length;
        if (length < 0)
        {
            message = SharedOf(slot).Span;
            return true;
        }

        uint start = slot->End - Rounded((uint)length);
        message = BytesFrom(start);
        if (length <= message.Length)
        {
            message = message[..length];
            return true;
        }

        // The rest of the message lies behind the end of the home, or of the ring.
        int left = length - message.Length;
        rest = BytesFrom(start + (uint)message.Length);
        if (left <= rest.Length)
        {
            rest = rest[..left];
            return true;
        }

        // At the end of the ring a message goes on in the home, and behind that in the ring again: three pieces.
        CopyOut(start, Wrapped(length));
        message = Wrapped(length);
        rest = default;
        return true;
    }

    public override bool TryLook(int index, out uint sender, out int length)
    {
        uint position = (Messages(_cursors.Head) + (uint)index) & MessageMask;
        bool found = IsPublished(position);
        MessageSlot slot = found ? *SlotAt(position) : default;
        sender = slot.Sender;
        length = (int)(slot.Length & ~SharedFlag);
        return found;
    }

    public override long NumberOf(int index) => _cursors.Released + index + 1;

    public override int CountUpTo(long number) => (int)Math.Min(Math.Max(number - _cursors.Released, 0), int.MaxValue);

    public override void Release(int count)
    {
        if (count == 0)
        {
            return;
        }

        if (_hasShared)
        {
            ReleaseShared(count);
        }

        long head = _cursors.Head;
        uint position = (Messages(head) + (uint)count - 1) & MessageMask;
        uint end = SlotAt(position)->End;
        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
        Volatile.Write(ref _cursors.Released, _cursors.Released + count);
        Volatile.Write(ref _cursors.Head, (long)((position + 1) & MessageMask) * MessageUnit | end);
        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
        AnnounceRoom();
    }

    public override int MarkSenders(Span<bool> senders)
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
                uint sender = slot == null ? uint.MaxValue : Volatile.Read(ref slot->Sender) & ~MessageOrigin.TopicFlag;
                if (sender < senders.Length)
                {
                    senders[(int)sender] = true;
                }
            }

            return (int)count;
        }
    }

    public override void Rewind()
    {
        long head = _cursors.Head;
        uint used = Messages(head) & _slotMask;
        bool isNear = used < RewindSlots && ((uint)head & _byteMask) < RewindBytes;
        // Near the ring's end senders may wrap around into slots that are to be cleared.
        bool isAtTheEnd = used + _maxMessages > _slotMask;
        if (isNear || isAtTheEnd || Volatile.Read(ref _cursors.Tails) != head)
        {
            return;
        }

        // Positions repeat sooner where a lap ends early, and a slot that an older lap published must not be taken for a new one.
        // So here, and only here, the reader clears the slots that were used.
        uint lap = Messages(head) & ~_slotMask;
        ClearFirst(used);
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

    public override void KeepMemory() => _kept ??= [];

    public override void FetchNext()
    {
        long head = Volatile.Read(ref _cursors.Head);
        CacheLines.Fetch(SlotAt(Messages(head)));
        uint offset = (uint)head & _byteMask;
        CacheLines.Fetch((offset < HomeBytes ? _homeBytes : _bytes) + offset);
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

    /// <summary>The number of the message at a position that is claimed and not published.</summary>
    private long NumberAt(uint position)
    {
        while (true)
        {
            int version = Volatile.Read(ref _cursors.Version);
            long released = Volatile.Read(ref _cursors.Released);
            long head = Volatile.Read(ref _cursors.Head);
            // As in Accepted, the version is even and the same before and after, so both values belong together.
            if ((version & 1) == 0 && Volatile.Read(ref _cursors.Version) == version)
            {
                return released + ((position - Messages(head)) & MessageMask) + 1;
            }
        }
    }

    /// <summary>The slot at a position; null where its memory is not there yet, and so nothing is published in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MessageSlot* SlotAt(uint position)
    {
        uint index = position & _slotMask;
        MessageSlot* slots = index < HomeSlots ? _home : _slots;
        return slots == null ? null : slots + index;
    }

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

            if (_slots == null && !HasHomeFor(tails, length) && !TryAllocate(tails, length))
            {
                claimed = 0;
                return SendStatus.QueueFull;
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

    /// <summary>Whether a message that is claimed behind these tails lies in the home, and the home is there.</summary>
    private bool HasHomeFor(long tails, uint length) => _home != null && IsHome(tails, length);

    private bool IsHome(long tails, uint length) =>
        (Messages(tails) & _slotMask) < HomeSlots && ((uint)tails & _byteMask) + (ulong)length <= HomeBytes;

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

    /// <summary>The head as the reader wrote it, read when the cached one left no room.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long FreshHead(long tails, long cached)
    {
        long head = Volatile.Read(ref _cursors.Head);
        // The cache is replaced by compare-and-swap: a sender that slept since it read the cache must not set it back.
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
    private void Publish(long claimed, uint length, uint sender, uint flags = 0)
    {
        uint position = Messages(claimed);
        uint index = position & _slotMask;
        MessageSlot* slot = (index < HomeSlots ? _home : _slots) + index;
        slot->Sender = sender;
        slot->End = (uint)claimed + Rounded(length);
        // Release, for the reader's acquire of the sequence; and a full fence, for the sender's look at the receiver's state.
        Interlocked.Exchange(ref Unsafe.AsRef<ulong>(slot), Sequence(position) | ((ulong)(length | flags) << 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyIn(uint start, ReadOnlySpan<byte> message)
    {
        uint offset = start & _byteMask;
        bool isHome = offset < HomeBytes;
        if ((uint)message.Length <= (isHome ? HomeBytes : _byteMask + 1) - offset)
        {
            CopyIn(message, (isHome ? _homeBytes : _bytes) + offset);
        }
        else
        {
            CopyInParts(start, message);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CopyInParts(uint start, ReadOnlySpan<byte> message)
    {
        while (message.Length != 0)
        {
            Span<byte> room = BytesFrom(start);
            ReadOnlySpan<byte> part = message[..Math.Min(message.Length, room.Length)];
            CopyIn(part, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(room)));
            message = message[part.Length..];
            start += (uint)part.Length;
        }
    }

    /// <summary>The bytes from a position on, as far as they lie in one piece: up to the end of the home, or of the ring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> BytesFrom(uint start)
    {
        uint offset = start & _byteMask;
        return offset < HomeBytes
            ? new(_homeBytes + offset, (int)(HomeBytes - offset))
            : new(_bytes + offset, (int)(_byteMask + 1 - offset));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyIn(ReadOnlySpan<byte> message, byte* destination)
    {
        if (message.Length < CopyingPace.LeastBytes)
        {
            message.CopyTo(new Span<byte>(destination, message.Length));
        }
        else
        {
            _cursors.Pace.Copy(message, destination);
        }
    }

    /// <summary>
    /// Prefetches the cache lines of the other sent messages together. Each line comes from the sender's core; one after the other
    /// they would cost a message as much as its delivery where the cores are far from each other.
    /// </summary>
    private void FetchSlots(uint position, int most)
    {
        uint waiting = Math.Min((Messages(Volatile.Read(ref _cursors.Tails)) - position) & MessageMask, (uint)most);
        MessageSlot* home = _home;
        MessageSlot* rings = _slots;
        for (uint i = 0; i < waiting; i += CacheLines.Size / MessageSlot.Size)
        {
            uint index = (position + i) & _slotMask;
            CacheLines.Fetch((index < HomeSlots ? home : rings) + index);
        }
    }

    private void CopyOut(uint start, Span<byte> destination)
    {
        Span<byte> bytes = BytesFrom(start);
        while (destination.Length > bytes.Length)
        {
            CacheLines.Copy(bytes, destination);
            destination = destination[bytes.Length..];
            start += (uint)bytes.Length;
            bytes = BytesFrom(start);
        }

        CacheLines.Copy(bytes[..destination.Length], destination);
    }

    private Span<byte> Together(ReadOnlySpan<byte> message, ReadOnlySpan<byte> rest)
    {
        Span<byte> together = Wrapped(message.Length + rest.Length);
        CacheLines.Copy(message, together);
        CacheLines.Copy(rest, together[message.Length..]);
        return together;
    }

    /// <summary>A buffer that holds a message in one piece which the rings hold in several.</summary>
    private Span<byte> Wrapped(int length)
    {
        if (_wrapped.Length < length)
        {
            _wrapped = new byte[BitOperations.RoundUpToPowerOf2((uint)length)];
        }

        return _wrapped.AsSpan(0, length);
    }

    /// <summary>The shared bytes that a slot refers to.</summary>
    private SharedBytes SharedOf(MessageSlot* slot) => new(AddressAt(slot->End - Rounded(slot->Length & ~SharedFlag)));

    /// <summary>
    /// The place of an address at a byte position, which is a multiple of 8, as are the ends of the home and the ring.
    /// </summary>
    private ref nint AddressAt(uint start) =>
        ref Unsafe.As<byte, nint>(ref MemoryMarshal.GetReference(BytesFrom(start)));

    /// <summary>Releases the shared bytes that the first messages refer to, before their slots are released.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReleaseShared(int count)
    {
        uint head = Messages(_cursors.Head);
        for (uint i = 0; i < (uint)count; i++)
        {
            MessageSlot* slot = SlotAt((head + i) & MessageMask);
            if ((slot->Length & SharedFlag) == 0)
            {
                continue;
            }

            if (_kept is null)
            {
                SharedOf(slot).Release();
            }
            else
            {
                _kept.Add(SharedOf(slot));
            }
        }
    }

    /// <summary>
    /// Releases the shared bytes of messages that nobody will read, and those that were kept. Nobody sends or reads any more.
    /// </summary>
    private void ReleaseAllShared()
    {
        _kept?.ForEach(kept => kept.Release());
        _kept = null;
        Look(out long tails, out long head);
        for (uint i = 0; i < Waiting(tails, head) && IsPublished((Messages(head) + i) & MessageMask); i++)
        {
            MessageSlot* slot = SlotAt((Messages(head) + i) & MessageMask);
            if ((slot->Length & SharedFlag) != 0)
            {
                SharedOf(slot).Release();
            }
        }
    }

    /// <summary>
    /// Clears the sequences of an earlier lap in the slots from <paramref name="first"/> on. It uses compare-and-swap, because a
    /// sender may be publishing in them.
    /// </summary>
    private void ClearOlderThan(uint lap, uint first)
    {
        for (uint i = first; i <= _slotMask; i++)
        {
            MessageSlot* slot = SlotAt(i);
            if (slot == null)
            {
                return;
            }

            ref ulong published = ref Unsafe.AsRef<ulong>(slot);
            ulong seen = Volatile.Read(ref published);
            if ((uint)seen != 0 && (uint)seen != Sequence(lap + i))
            {
                Interlocked.CompareExchange(ref published, 0, seen);
            }
        }
    }

    /// <summary>Clears the first <paramref name="count"/> slots, in the home and behind it.</summary>
    private void ClearFirst(uint count)
    {
        uint inHome = Math.Min(count, HomeSlots);
        new Span<MessageSlot>(_home, (int)inHome).Clear();
        if (count > HomeSlots && _slots != null)
        {
            new Span<MessageSlot>(_slots + HomeSlots, (int)(count - HomeSlots)).Clear();
        }
    }

    /// <summary>Makes sure that the memory for a message that is claimed behind these tails is there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAllocate(long tails, uint length)
    {
        lock (_allocating)
        {
            // A closed mailbox has given its memory back, and no sender gets so far as to use it.
            if (IsClosed)
            {
                return true;
            }

            if (_home == null)
            {
                if (!_rent(HomeSlots, HomeBytes, out _homeMemory))
                {
                    return false;
                }

                _homeBytes = _homeMemory.BytesStart;
                _home = _homeMemory.SlotsStart;
            }

            if (_slots != null || IsHome(tails, length))
            {
                return true;
            }

            if (!_rent(_slotMask + 1, _byteMask + 1, out _memory))
            {
                return false;
            }

            _bytes = _memory.BytesStart;
            _slots = _memory.SlotsStart;
            return true;
        }
    }

    private void FreeMemory()
    {
        lock (_allocating)
        {
            if (_home == null)
            {
                return;
            }

            if (_hasShared)
            {
                ReleaseAllShared();
            }

            // If this lap began with a rewind, everything behind its slots was cleared then.
            uint position = Messages(_cursors.Tails);
            bool isLapOfRewind = (position & ~_slotMask) == _lapOfRewind;
            uint used = isLapOfRewind ? position & _slotMask : _slotMask + 1;
            bool hasRings = _slots != null;
            _home = null;
            _homeBytes = null;
            _slots = null;
            _bytes = null;
            _homeMemory.Return(Math.Min(used, HomeSlots));
            if (hasRings)
            {
                _memory.Return(used);
            }
        }
    }

    /// <summary>The positions, each group on cache lines of its own: what senders write, and what the reader writes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Cursors
    {
        /// <summary>Messages and bytes claimed, and the flag that the mailbox is closed. Senders write it.</summary>
        [FieldOffset(128)]
        public long Tails;

        /// <summary>
        /// A head that the reader had at some time, so that there is at least the room that it shows. A sender renews it when it
        /// makes the mailbox look full.
        /// </summary>
        [FieldOffset(136)]
        public long CachedHead;

        /// <summary>How long messages are written. Senders write it.</summary>
        [FieldOffset(144)]
        public CopyingPace Pace;

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
