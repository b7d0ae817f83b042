using System.Runtime.InteropServices;

namespace FireAndForget.Mailboxes;

/// <summary>
/// The memory of one ring mailbox: slots whose sequences are zero, and bytes. It owns the pages; blocks of the usual size are
/// cut out of large chunks and used again, because only memory that is fresh from the system is zero without being touched.
/// </summary>
internal readonly unsafe struct RingMemory
{
    /// <summary>
    /// The usual sizes: together more than a core's L2 cache holds, so that a sender rarely writes to a line that the reader's
    /// cache still has. Pages are touched only as a mailbox's positions move on.
    /// </summary>
    public const uint Slots = 64 * 1024;
    public const uint Bytes = 4 * 1024 * 1024;

    /// <summary>Blocks in a chunk: beyond 32 MiB the C library asks the system for it, however much it has in store.</summary>
    private const int BlocksInChunk = 8;

    private const nuint BlockSize = (nuint)Slots * MessageSlot.Size + Bytes;
    private const nuint Alignment = 4096;

    private static readonly Lock Free = new();
    private static readonly Stack<nint> FreeBlocks = new();
    private static int _blocks;

    private readonly void* _own;

    private RingMemory(void* own, byte* start, uint slots)
    {
        _own = own;
        SlotsStart = (MessageSlot*)start;
        BytesStart = start + ((nuint)slots * MessageSlot.Size);
    }

    /// <summary>The slots, at the start of a page.</summary>
    public MessageSlot* SlotsStart { get; }

    /// <summary>The bytes, at the start of a page. What they hold is anything.</summary>
    public byte* BytesStart { get; }

    /// <summary>Rents memory for so many slots and bytes, both powers of two and not less than the usual.</summary>
    /// <returns>False where the system has no memory left.</returns>
    public static bool TryRent(uint slots, uint bytes, out RingMemory memory)
    {
        try
        {
            memory = slots == Slots && bytes == Bytes ? new(null, RentBlock(), slots) : Allocate(slots, bytes);
            return true;
        }
        catch (OutOfMemoryException)
        {
            memory = default;
            return false;
        }
    }

    /// <summary>Gives it back.</summary>
    /// <param name="usedSlots">The first so many slots may have sequences; those of all others are zero.</param>
    public void Return(uint usedSlots)
    {
        if (_own != null)
        {
            NativeMemory.Free(_own);
            return;
        }

        new Span<MessageSlot>(SlotsStart, (int)usedSlots).Clear();
        lock (Free)
        {
            FreeBlocks.Push((nint)SlotsStart);
        }
    }

    private static RingMemory Allocate(uint slots, uint bytes)
    {
        void* own = NativeMemory.AllocZeroed(((nuint)slots * MessageSlot.Size) + bytes + Alignment);
        return new(own, Aligned(own), slots);
    }

    private static byte* RentBlock()
    {
        lock (Free)
        {
            if (!FreeBlocks.TryPop(out nint block))
            {
                // All blocks fit into it from here on, so that giving one back takes no memory.
                FreeBlocks.EnsureCapacity(_blocks + BlocksInChunk);
                byte* chunk = Aligned(NativeMemory.AllocZeroed((BlocksInChunk * BlockSize) + Alignment));
                _blocks += BlocksInChunk;
                for (nuint i = BlocksInChunk - 1; i > 0; i--)
                {
                    FreeBlocks.Push((nint)(chunk + (i * BlockSize)));
                }

                return chunk;
            }

            return (byte*)block;
        }
    }

    private static byte* Aligned(void* memory) => (byte*)(((nuint)memory + Alignment - 1) & ~(Alignment - 1));
}
