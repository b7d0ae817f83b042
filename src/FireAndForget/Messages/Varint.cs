namespace FireAndForget.Messages;

/// <summary>
/// The unsigned varint of multiformats: seven bits a byte, low bits first, minimal, at most 9 bytes
/// (<see href="https://github.com/multiformats/unsigned-varint"/>).
/// </summary>
internal static class Varint
{
    public const int MaxLength = 9;
    public const ulong MaxValue = (1UL << 63) - 1;

    public static int Length(ulong value)
    {
        int length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }

    /// <summary>Writes <paramref name="value"/>; throws where the destination is too short.</summary>
    public static int Write(ulong value, Span<byte> destination)
    {
        int length = Length(value);
        if (destination.Length < length)
        {
            throw new ArgumentException(
                $"The varint of {value} takes {length} bytes and the destination has {destination.Length}.",
                nameof(destination)
            );
        }

        for (int i = 0; i < length - 1; i++)
        {
            destination[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length - 1] = (byte)value;
        return length;
    }

    /// <summary>Reads a varint; false where it is cut off, longer than 9 bytes or not minimal.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        int end = Math.Min(source.Length, MaxLength);
        for (int i = 0; i < end; i++)
        {
            byte b = source[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                length = i + 1;
                // A last byte of zero carries nothing: the same number has a shorter form.
                return b != 0 || i == 0;
            }
        }

        value = 0;
        length = 0;
        return false;
    }
}
