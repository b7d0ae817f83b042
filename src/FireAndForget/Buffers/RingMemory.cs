using System.Runtime.InteropServices;
using FireAndForget.Messages;

namespace FireAndForget.Buffers;

/// <summary>Gives a mailbox its memory, as <see cref="RingMemory.TryRent"/> does; false where there is none.</summary>
internal delegate bool RentRing(uint slots, uint bytes, out RingMemory memory);

/// <summary>
/// The memory of one ring mailbox: slots whose sequences are zero, and bytes. Memory of up to 32 MiB comes from a pool of its
/// size, larger memory from the system and goes back there.
/// </summary>
internal readonly unsafe struct RingMemory
{
    /// <summary>
    /// The usual sizes: together more than a core's L2 cache holds, so that a sender rarely writes to a line that the reader's
    /// cache still has. Pages are touched only as a mailbox's positions move on.
    /// </summary>
    public const uint Slots = 64 * 1024;
    public const uint Bytes = 4 * 1024 * 1024;

    private readonly RingPool? _pool;
    private readonly void* _own;

    private RingMemory(byte* start, uint slots, RingPool? pool, void* own)
    {
        _pool = pool;
        _own = own;
        SlotsStart = (MessageSlot*)start;
        BytesStart = start + ((nuint)slots * MessageSlot.Size);
    }

    /// <summary>The slots, at the start of a page where they fill one.</summary>
    public MessageSlot* SlotsStart { get; }

    /// <summary>The bytes, at the start of a page where both fill pages. What they hold is anything.</summary>
    public byte* BytesStart { get; }

    /// <summary>How many bytes of memory these numbers of slots and bytes take.</summary>
    public static nuint SizeOf(uint slots, uint bytes) => ((nuint)slots * MessageSlot.Size) + bytes;

    /// <summary>Rents memory for these numbers of slots and bytes, both powers of two.</summary>
    /// <returns>False where the system has no memory left.</returns>
    public static bool TryRent(uint slots, uint bytes, out RingMemory memory)
    {
        try
        {
            if (SizeOf(slots, bytes) <= RingPool.AlwaysFresh)
            {
                RingPool pool = RingPool.Of(slots, bytes);
                memory = new(pool.Rent(), slots, pool, own: null);
            }
            else
            {
                memory = new(RingPool.Allocate(SizeOf(slots, bytes), out void* own), slots, pool: null, own);
            }

            return true;
        }
        catch (OutOfMemoryException)
        {
            memory = default;
            return false;
        }
    }

    /// <summary>Gives it back.</summary>
    /// <param name="usedSlots">How many of the first slots may have sequences; those of all others are zero.</param>
    public void Return(uint usedSlots)
    {
        if (_pool is null)
        {
            NativeMemory.Free(_own);
            return;
        }

        new Span<MessageSlot>(SlotsStart, (int)usedSlots).Clear();
        _pool.Return(SlotsStart);
    }
}
