namespace FireAndForget.Tests.Conformance;

/// <summary>Unsigned numbers as WebAssembly's binary format has them.</summary>
internal static class Leb128
{
    public static IEnumerable<byte> Of(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    /// <summary>Reads a number and goes on behind it.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        int value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
