using System.Buffers.Binary;

namespace FireAndForget.Tests.Fuzz.Mutation;

/// <summary>Damages bytes without knowing what they mean.</summary>
internal static class ByteMutator
{
    private static readonly byte[] Edges = [0, 1, 0x0A, 0x20, 0x40, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];
    private static readonly uint[] WideEdges = [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x10000, 0x0FFFFFFF];

    /// <summary>The bytes with one damage.</summary>
    /// <param name="bytes">What to damage; it stays as it is.</param>
    /// <param name="other">Bytes of the same kind, from which parts may come.</param>
    /// <param name="random">Decides which.</param>
    public static byte[] Mutate(byte[] bytes, byte[] other, Randomness random)
    {
        int at = random.Below(bytes.Length + 1);
        int length = Math.Min(bytes.Length - at, 1 + random.Below(random.OneIn(4) ? 256 : 8));
        Span<byte> whole = bytes;
        switch (random.Below(9))
        {
            case 0 when at < bytes.Length:
                return With(bytes, at, (byte)(bytes[at] ^ (1 << random.Below(8))));
            case 1 when at < bytes.Length:
                return With(bytes, at, (byte)random.Next());
            case 2 when at < bytes.Length:
                return With(bytes, at, random.Of(Edges));
            case 3 when at + 4 <= bytes.Length:
                byte[] wide = [.. bytes];
                BinaryPrimitives.WriteUInt32LittleEndian(wide.AsSpan(at), random.Of(WideEdges));
                return wide;
            case 4:
                return [.. whole[..at], .. whole[(at + length)..]];
            case 5:
                return [.. whole[..at], .. whole.Slice(at, length), .. whole[at..]];
            case 6:
                return [.. whole[..at], .. random.Bytes(1 + random.Below(8)), .. whole[at..]];
            case 7:
                int from = random.Below(other.Length + 1);
                int count = Math.Min(other.Length - from, 1 + random.Below(64));
                int over = random.OneIn(2) ? 0 : Math.Min(count, bytes.Length - at);
                return [.. whole[..at], .. other.AsSpan(from, count), .. whole[(at + over)..]];
            default:
                return random.OneIn(4) ? bytes[..at] : [.. whole[..at], random.Of(Edges), .. whole[at..]];
        }
    }

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        byte[] changed = [.. bytes];
        changed[at] = value;
        return changed;
    }
}
