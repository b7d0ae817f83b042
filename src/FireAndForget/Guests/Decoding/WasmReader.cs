using System.Text;
using System.Text.Unicode;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Reads the primitives of the binary format from a part of a guest's bytes. Every read is checked against the part's
/// end, and what is wrong is a <see cref="ComponentLoadException"/> that gives the offset in the whole binary.
/// </summary>
internal ref struct WasmReader(ReadOnlySpan<byte> bytes, int start, int end, DecodingBudget budget)
{
    // Engines agree on this bound (https://webassembly.github.io/spec/js-api/#limits).
    private const int LongestName = 100_000;

    // What a string takes beside its characters: its header, and the rounding up.
    private const int NameBytes = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; } = start;

    public int End { get; } = end;

    public DecodingBudget Budget { get; } = budget;

    public readonly bool AtEnd => Position == End;

    public static ComponentLoadException Damaged(string what, int offset) =>
        ComponentLoadException.Damaged(what, offset);

    public static ComponentLoadException Unsupported(string what, int offset) =>
        new($"The binary cannot be read at byte {offset}: {what}. Build it for WebAssembly as Wasmtime runs it.");

    public readonly byte Peek() =>
        Position < End ? _bytes[Position] : throw Damaged("it ends in the middle of something", Position);

    public byte ReadByte()
    {
        byte value = Peek();
        Position++;
        return value;
    }

    public void Skip(int count)
    {
        if (count > End - Position)
        {
            throw Damaged($"{count} bytes should follow and {End - Position} do", Position);
        }

        Position += count;
    }

    public uint ReadU32() => (uint)ReadUnsigned(32);

    public ulong ReadU64() => ReadUnsigned(64);

    /// <summary>
    /// Reads an index that is written as a signed number of 33 bits, so that it differs from the negative type codes.
    /// </summary>
    public uint ReadIndex33()
    {
        int offset = Position;
        long value = ReadSigned(33);
        return value is >= 0 and <= uint.MaxValue
            ? (uint)value
            : throw Unsupported($"{value} is the code of no type that is known here", offset);
    }

    public void SkipSigned(int bits) => ReadSigned(bits);

    /// <summary>
    /// Reads how many elements follow, each of which takes at least one byte here, and takes what each is going to take in memory
    /// from the budget.
    /// </summary>
    public int ReadCount(string what, int bytesOfEach)
    {
        int offset = Position;
        uint count = ReadU32();
        if (count > (uint)(End - Position))
        {
            throw Damaged($"{count} {what} should follow in {End - Position} bytes", offset);
        }

        Budget.Take((long)count * bytesOfEach, offset);
        return (int)count;
    }

    public string ReadName()
    {
        int offset = Position;
        ReadOnlySpan<byte> name = ReadNameBytes();
        Budget.Take(NameBytes + (2L * name.Length), offset);
        return Encoding.UTF8.GetString(name);
    }

    /// <summary>Reads past a name without keeping it.</summary>
    public void SkipName() => ReadNameBytes();

    /// <summary>Reads past a name and says whether it starts with another one.</summary>
    public bool SkipNameThatStartsWith(ReadOnlySpan<byte> start) => ReadNameBytes().StartsWith(start);

    /// <summary>Reads bytes as they are.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        int start = Position;
        Skip(count);
        return _bytes[start..Position];
    }

    /// <summary>A reader over the next part, which says its length first; this one goes on behind it.</summary>
    public WasmReader ReadPart(string what)
    {
        int offset = Position;
        uint length = ReadU32();
        if (length > (uint)(End - Position))
        {
            throw Damaged($"{what} of {length} bytes should follow in {End - Position} bytes", offset);
        }

        int start = Position;
        Position += (int)length;
        return new WasmReader(_bytes, start, Position, Budget);
    }

    public readonly void ExpectEnd(string what)
    {
        if (!AtEnd)
        {
            throw Damaged($"{what} ends {End - Position} bytes too early", Position);
        }
    }

    private ReadOnlySpan<byte> ReadNameBytes()
    {
        int offset = Position;
        uint length = ReadU32();
        if (length > (uint)(End - Position))
        {
            throw Damaged($"a name of {length} bytes should follow in {End - Position} bytes", offset);
        }

        if (length > LongestName)
        {
            throw Unsupported($"a name has {length} bytes and may have {LongestName}", offset);
        }

        ReadOnlySpan<byte> name = _bytes.Slice(Position, (int)length);
        if (!Utf8.IsValid(name))
        {
            throw Damaged("a name is not valid UTF-8", Position);
        }

        Position += (int)length;
        return name;
    }

    private ulong ReadUnsigned(int bits)
    {
        int offset = Position;
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = ReadByte();
            int left = bits - shift;
            if (left < 7 && next >> left != 0)
            {
                throw Damaged($"a number does not fit in {bits} bits", offset);
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private long ReadSigned(int bits)
    {
        int offset = Position;
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = ReadByte();
            int left = bits - shift;
            if (left <= 7)
            {
                // The last byte: no byte may follow, and the bits beyond the number's own repeat its sign.
                int unused = (sbyte)(next << 1) >> left;
                if (next >= 0x80 || unused is not (0 or -1))
                {
                    throw Damaged($"a number does not fit in {bits} bits", offset);
                }
            }

            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                int width = shift + 7;
                return width < 64 ? value << (64 - width) >> (64 - width) : value;
            }
        }
    }
}
