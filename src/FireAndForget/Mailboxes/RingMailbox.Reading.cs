using System.Numerics;
using System.Runtime.CompilerServices;
using FireAndForget.Buffers;
using FireAndForget.Messages;

namespace FireAndForget.Mailboxes;

// What the reader does: it copies or looks at what is published, gives it free, and moves an idle mailbox back to its start.
internal sealed unsafe partial class RingMailbox
{
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

    public override int CountUpTo(long number, int most) => (int)Math.Clamp(number - _cursors.Released, 0, most);

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
        if (lap != _cursors.LapOfRewind)
        {
            ClearOlderThan(lap, used);
            _cursors.LapOfRewind = lap;
        }

        uint nextLap = (Messages(head) + _slotMask) & ~_slotMask & MessageMask;
        long next = ((long)nextLap << 32) | (((uint)head + _byteMask) & ~_byteMask);
        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
        if (Interlocked.CompareExchange(ref _cursors.Tails, next | RewindingFlag, head) == head)
        {
            _cursors.LapOfRewind = nextLap;
            Volatile.Write(ref _cursors.Head, next);
            // To senders a head of the last lap looks as if there were no room. Behind the tails: who reads this head reads tails that are
            // no older; and no sender has a newer one, because only this thread moves it.
            Volatile.Write(ref _cursors.CachedHead, next);
            Interlocked.And(ref _cursors.Tails, ~RewindingFlag);
        }

        Volatile.Write(ref _cursors.Version, _cursors.Version + 1);
    }

    public override void FetchNext()
    {
        long head = Volatile.Read(ref _cursors.Head);
        CacheLines.Fetch(SlotAt(Messages(head)));
        uint offset = (uint)head & _byteMask;
        CacheLines.Fetch((offset < HomeBytes ? _homeBytes : _bytes) + offset);
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
}
