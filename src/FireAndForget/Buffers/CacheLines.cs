using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FireAndForget.Buffers;

/// <summary>
/// Copies between cores. Cache lines come from the other core one after the other, and where the cores are far from each other
/// that costs more than everything else; asked for ahead, many are on their way at once.
/// </summary>
internal static unsafe class CacheLines
{
    public const uint Size = 64;

    /// <summary>Copies so much at a time, with the next such block on its way.</summary>
    private const int Block = 2048;

    /// <summary>Asks for the line at an address; nothing happens where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>
    /// Asks for the first lines of an object, 8 at most, without reading any of it. Where it is moved meanwhile, they were asked for in
    /// vain.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchObject(object item, int lines) => Fetch((void*)Unsafe.As<object, nint>(ref item), lines);

    /// <summary>Asks for some lines from an address on, 8 at most; one instruction each where their number is a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* address, int lines)
    {
        byte* start = (byte*)address;
        Fetch(start);
        if (lines > 1)
        {
            Fetch(start + Size);
        }

        if (lines > 2)
        {
            Fetch(start + (2 * Size));
        }

        if (lines > 3)
        {
            Fetch(start + (3 * Size));
        }

        if (lines > 4)
        {
            Fetch(start + (4 * Size));
        }

        if (lines > 5)
        {
            Fetch(start + (5 * Size));
        }

        if (lines > 6)
        {
            Fetch(start + (6 * Size));
        }

        if (lines > 7)
        {
            Fetch(start + (7 * Size));
        }
    }

    /// <summary>Copies all of the source; the destination is at least as long.</summary>
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        FetchFirst(source[..Math.Min(Block, source.Length)]);
        while (source.Length > Block)
        {
            FetchFirst(source.Slice(Block, Math.Min(Block, source.Length - Block)));
            source[..Block].CopyTo(destination);
            source = source[Block..];
            destination = destination[Block..];
        }

        source.CopyTo(destination);
    }

    /// <summary>
    /// Copies all of the source past the caches, so that no line need be taken from another core before it is written; slower
    /// than an ordinary copy where no other core has them. The copy is there for others to see when this returns.
    /// </summary>
    public static void CopyPast(ReadOnlySpan<byte> source, byte* destination)
    {
        int head = Math.Min((int)(-(nint)destination & (Size - 1)), source.Length);
        source[..head].CopyTo(new Span<byte>(destination, head));
        int i = head;
        fixed (byte* from = source)
        {
            for (; i + (int)Size <= source.Length; i += (int)Size)
            {
                Vector256.Load(from + i).StoreAlignedNonTemporal(destination + i);
                Vector256
                    .Load(from + i + Vector256<byte>.Count)
                    .StoreAlignedNonTemporal(destination + i + Vector256<byte>.Count);
            }
        }

        source[i..].CopyTo(new Span<byte>(destination + i, source.Length - i));
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }

    private static void FetchFirst(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int i = 0; i < bytes.Length; i += (int)Size)
            {
                Fetch(start + i);
            }
        }
    }
}
