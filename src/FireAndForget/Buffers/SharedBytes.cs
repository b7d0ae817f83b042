using System.Runtime.InteropServices;

namespace FireAndForget.Buffers;

/// <summary>
/// Bytes that several mailboxes refer to, outside of the collector's memory: a count of the references, and behind it the bytes. Who
/// <see cref="Copy">makes</see> them refers to them first; who gives back the last reference frees them.
/// </summary>
internal readonly unsafe struct SharedBytes(nint address) : IEquatable<SharedBytes>
{
    /// <summary>The count and the length, and a cache line's rest, so that the count is away from what is read.</summary>
    private const int HeaderBytes = (int)CacheLines.Size;

    /// <summary>Where they lie; 0: there are none.</summary>
    public nint Address => address;

    public bool IsNone => address == 0;

    /// <summary>How many refer to them.</summary>
    public int References => Volatile.Read(ref Header->References);

    public ReadOnlySpan<byte> Span => new((byte*)address + HeaderBytes, Header->Length);

    /// <summary>A copy, to which the caller refers.</summary>
    public static SharedBytes Copy(ReadOnlySpan<byte> bytes)
    {
        byte* block = (byte*)NativeMemory.AlignedAlloc((nuint)(HeaderBytes + bytes.Length), CacheLines.Size);
        SharedBytes shared = new((nint)block);
        *shared.Header = new() { References = 1, Length = bytes.Length };
        bytes.CopyTo(new(block + HeaderBytes, bytes.Length));
        return shared;
    }

    /// <summary>Counts one holder more. Called by a holder.</summary>
    public void Retain() => Interlocked.Increment(ref Header->References);

    /// <summary>Counts one holder less; the last one frees the bytes.</summary>
    public void Release()
    {
        // The decrement is a full fence: all reads of the bytes, by every holder, come before the one that frees them.
        if (Interlocked.Decrement(ref Header->References) == 0)
        {
            NativeMemory.AlignedFree((void*)address);
        }
    }

    public bool Equals(SharedBytes other) => address == other.Address;

    public override bool Equals(object? obj) => obj is SharedBytes other && Equals(other);

    public override int GetHashCode() => address.GetHashCode();

    private BlockHeader* Header => (BlockHeader*)address;

    private struct BlockHeader
    {
        public int References;
        public int Length;
    }
}
