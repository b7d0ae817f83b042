using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace FireAndForget.Buffers;

/// <summary>
/// Memory for ring mailboxes of one size: blocks cut out of large chunks, and used again. Only memory that is fresh from the
/// system is zero without being touched; what the C library has in store it would write over, and so make resident.
/// </summary>
internal sealed unsafe class RingPool
{
    /// <summary>Beyond this many bytes the C library asks the system for memory, however much it has in store.</summary>
    public const nuint AlwaysFresh = 32 << 20;

    private const nuint Alignment = 4096;

    private static readonly ConcurrentDictionary<(uint Slots, uint Bytes), RingPool> Pools = new();

    private readonly Lock _lock = new();
    private readonly nuint _blockSize;

    /// <summary>Where a free block holds the address of the next one: in its bytes, which may hold anything.</summary>
    private readonly nuint _link;
    private byte* _free;

    /// <summary>What is left of the last chunk.</summary>
    private byte* _fresh;
    private nuint _freshBlocks;

    private RingPool(nuint blockSize, nuint link)
    {
        _blockSize = blockSize;
        _link = link;
    }

    /// <summary>The pool for these numbers of slots and bytes.</summary>
    public static RingPool Of(uint slots, uint bytes) =>
        Pools.GetOrAdd(
            (slots, bytes),
            static size => new(RingMemory.SizeOf(size.Slots, size.Bytes), RingMemory.SizeOf(size.Slots, 0))
        );

    /// <summary>Zeroed memory from the start of a page.</summary>
    /// <param name="size">Its bytes.</param>
    /// <param name="own">What is to be freed.</param>
    /// <exception cref="OutOfMemoryException">The system has none left.</exception>
    public static byte* Allocate(nuint size, out void* own)
    {
        own = NativeMemory.AllocZeroed(size + Alignment);
        return (byte*)(((nuint)own + Alignment - 1) & ~(Alignment - 1));
    }

    /// <summary>A block whose slots are zero.</summary>
    /// <exception cref="OutOfMemoryException">The system has none left.</exception>
    public byte* Rent()
    {
        lock (_lock)
        {
            byte* block = _free;
            if (block != null)
            {
                _free = *Link(block);
                return block;
            }

            if (_freshBlocks == 0)
            {
                nuint blocks = (AlwaysFresh / _blockSize) + 1;
                _fresh = Allocate(blocks * _blockSize, out _);
                _freshBlocks = blocks;
            }

            block = _fresh;
            _fresh += _blockSize;
            _freshBlocks--;
            return block;
        }
    }

    /// <summary>Gives back a block; its slots are zero.</summary>
    public void Return(void* block)
    {
        lock (_lock)
        {
            *Link(block) = _free;
            _free = (byte*)block;
        }
    }

    private byte** Link(void* block) => (byte**)((byte*)block + _link);
}
