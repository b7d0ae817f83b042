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
    private readonly Stack<nint> _free = new();
    private readonly nuint _blockSize;
    private readonly int _blocksInChunk;
    private int _blocks;

    private RingPool(nuint blockSize)
    {
        _blockSize = blockSize;
        _blocksInChunk = (int)(AlwaysFresh / blockSize) + 1;
    }

    /// <summary>The pool for these numbers of slots and bytes.</summary>
    public static RingPool Of(uint slots, uint bytes) =>
        Pools.GetOrAdd((slots, bytes), static size => new(RingMemory.SizeOf(size.Slots, size.Bytes)));

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
            if (_free.TryPop(out nint block))
            {
                return (byte*)block;
            }

            // All blocks fit into it from here on, so that giving one back takes no memory.
            _free.EnsureCapacity(_blocks + _blocksInChunk);
            byte* chunk = Allocate((nuint)_blocksInChunk * _blockSize, out _);
            _blocks += _blocksInChunk;
            for (int i = _blocksInChunk - 1; i > 0; i--)
            {
                _free.Push((nint)(chunk + ((nuint)i * _blockSize)));
            }

            return chunk;
        }
    }

    /// <summary>Gives back a block; its slots are zero.</summary>
    public void Return(void* block)
    {
        lock (_lock)
        {
            _free.Push((nint)block);
        }
    }
}
