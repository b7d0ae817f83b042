using System.Diagnostics.CodeAnalysis;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// A guest's linear memory as the host reads and writes it: every access is checked against its length, and what lies outside
/// traps. The memory never moves (its addresses are reserved) and never shrinks, so pointer and length are kept and only looked
/// up again where an access seems to lie outside.
/// </summary>
internal sealed unsafe class GuestMemory(Memory memory)
{
    private byte* _start;
    private long _length;

    /// <summary>Its length in bytes now.</summary>
    public long Length
    {
        get
        {
            Refresh();
            return _length;
        }
    }

    /// <summary>
    /// The bytes from <paramref name="pointer"/> on; traps where they do not all lie in the memory. A length of 2^31 and more is
    /// cut to what a span can hold, which is more than any message may have. The trap says <paramref name="what"/> lay there, and of
    /// which function.
    /// </summary>
    public Span<byte> Slice(int pointer, int length, string what, string? function = null)
    {
        ulong end = (ulong)(uint)pointer + (uint)length;
        if (end > (ulong)_length)
        {
            Refresh();
            if (end > (ulong)_length)
            {
                ThrowOutOfBounds((uint)pointer, (uint)length, function is null ? what : $"{what} of {function}");
            }
        }

        return new(_start + (uint)pointer, (int)Math.Min((uint)length, int.MaxValue));
    }

    private void Refresh()
    {
        _start = (byte*)memory.GetPointer();
        _length = memory.GetLength();
    }

    [DoesNotReturn]
    private void ThrowOutOfBounds(uint pointer, uint length, string what) =>
        throw new GuestTrapException(
            $"{what} at {pointer} with {length} bytes lies outside the guest's memory of {_length} bytes"
        );
}
