using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FireAndForget.Buffers;
using FireAndForget.Messages;

namespace FireAndForget.Mailboxes;

// What senders do: they claim room by one compare-and-swap, fill it, and publish it by another interlocked write.
internal sealed unsafe partial class RingMailbox
{
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

    /// <summary>The head as the reader wrote it, read when the cached one left no room.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long FreshHead(long tails, long cached)
    {
        long head = Volatile.Read(ref _cursors.Head);
        // The cache is replaced by compare-and-swap: a sender that slept since it read the cache must not set it back.
        Interlocked.CompareExchange(ref _cursors.CachedHead, head, cached);
        return HeadFor(tails, head);
    }

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
}
