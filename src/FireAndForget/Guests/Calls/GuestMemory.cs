using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Wasmtime;

namespace FireAndForget.Guests.Calls;

/// <summary>
/// A guest's linear memory as the host reads and writes it: every access is checked against its length, and what lies outside
/// traps. The memory never moves (its addresses are reserved) and never shrinks, so pointer and length are kept and only looked
/// up again where an access seems to lie outside.
/// </summary>
internal sealed unsafe class GuestMemory(Memory memory)
{
    /// <summary>
    /// The most bytes of a string or list that is handed over, either way: <c>MAX_STRING_BYTE_LENGTH</c> and
    /// <c>MAX_LIST_BYTE_LENGTH</c> of the canonical ABI.
    /// </summary>
    public const int MostOfList = (1 << 28) - 1;

    private byte* _start;
    private long _length;

    /// <summary>The present length of the memory in bytes.</summary>
    public long Length
    {
        get
        {
            Refresh();
            return _length;
        }
    }

    /// <summary>
    /// The <paramref name="length"/> bytes from <paramref name="pointer"/> on; traps where they do not all lie in the memory. A
    /// length of 2^31 and more is cut to what a span can hold, which is more than any message may have. The text of the trap names
    /// <paramref name="what"/> should lie there, and the <paramref name="function"/> that was called.
    /// </summary>
    public Span<byte> Slice(int pointer, int length, string what, string? function = null)
    {
        Check(pointer, (uint)length, what, function);
        return new(_start + (uint)pointer, (int)Math.Min((uint)length, int.MaxValue));
    }

    /// <summary>Traps where not all of these bytes lie in the memory, as <see cref="Slice"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int pointer, ulong length, string what, string? function)
    {
        ulong end = (uint)pointer + length;
        if (end > (ulong)_length)
        {
            Refresh();
            if (end > (ulong)_length)
            {
                ThrowOutOfBounds((uint)pointer, length, function is null ? what : $"{what} of {function}");
            }
        }
    }

    /// <summary>Copies bytes to another memory, or within this one, whether the ranges overlap or not.</summary>
    public void CopyTo(int pointer, GuestMemory other, int otherPointer, ulong length, string what)
    {
        Check(pointer, length, what, null);
        other.Check(otherPointer, length, what, null);
        Buffer.MemoryCopy(_start + (uint)pointer, other._start + (uint)otherPointer, length, length);
    }

    /// <summary>The bytes of a string or list; traps where they do not all lie in the memory, or are more than one may have.</summary>
    public Span<byte> List(int pointer, int length, string what, string? function = null)
    {
        Span<byte> bytes = Slice(pointer, length, what, function);
        CheckListLength((uint)length, what, function);
        return bytes;
    }

    /// <summary>Traps where a string or list has more bytes than one may have.</summary>
    public static void CheckListLength(uint length, string what, string? function = null)
    {
        if (length > MostOfList)
        {
            ThrowTooLong(length, function is null ? what : $"{what} of {function}");
        }
    }

    /// <summary>Traps where a pointer that was handed over is not a multiple of what the canonical ABI demands.</summary>
    public static void CheckAlignment(int pointer, int alignment, string what, string function)
    {
        if ((uint)pointer % (uint)alignment != 0)
        {
            ThrowNotAligned((uint)pointer, alignment, what, function);
        }
    }

    /// <summary>
    /// The address in the host of a byte of the memory. It is not checked, and serves only to prefetch the byte into the caches.
    /// </summary>
    public nint AddressOf(int pointer) => (nint)(_start + (uint)pointer);

    private void Refresh()
    {
        _start = (byte*)memory.GetPointer();
        _length = memory.GetLength();
    }

    [DoesNotReturn]
    private static void ThrowTooLong(uint length, string what) =>
        throw new GuestTrapException($"{what} has {length} bytes, and a string or list has {MostOfList} at most");

    [DoesNotReturn]
    private static void ThrowNotAligned(uint pointer, int alignment, string what, string function) =>
        throw new GuestTrapException($"{what} of {function} at {pointer} is not aligned to {alignment}");

    [DoesNotReturn]
    private void ThrowOutOfBounds(uint pointer, ulong length, string what) =>
        throw new GuestTrapException(
            $"{what} at {pointer} with {length} bytes lies outside the guest's memory of {_length} bytes"
        );
}
